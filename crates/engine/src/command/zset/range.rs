//! Members of sorted sets by rank, by score and by name.

use alloc::vec::Vec;

use super::{Members, with_scores};
use crate::command::Call;
use crate::command::list::{int, span};
use crate::keyspace::{Score, SortedSet};
use crate::node::Node;
use crate::resp::float::parse_f64;
use crate::resp::reply::Reply;

/// What a range goes by.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum By {
    Rank,
    Score,
    Lex,
}

/// An end of a range of names.
enum Name<'a> {
    Lowest,
    At(&'a [u8], bool),
    Highest,
}

/// Where a range begins and ends; of a bound, whether it is left out itself.
enum Range<'a> {
    Rank(i64, i64),
    Score((f64, bool), (f64, bool)),
    Lex(Name<'a>, Name<'a>),
}

fn score_bound(text: &[u8]) -> Result<(f64, bool), Reply> {
    let (number, exclusive) = match text {
        [b'(', rest @ ..] => (rest, true),
        _ => (text, false),
    };
    let number = parse_f64(number).ok_or_else(|| Reply::error("ERR min or max is not a float"))?;
    Ok((number, exclusive))
}

fn name_bound(text: &[u8]) -> Result<Name<'_>, Reply> {
    match text {
        b"-" => Ok(Name::Lowest),
        b"+" => Ok(Name::Highest),
        [b'(', rest @ ..] => Ok(Name::At(rest, true)),
        [b'[', rest @ ..] => Ok(Name::At(rest, false)),
        _ => Err(Reply::error("ERR min or max not valid string range item")),
    }
}

impl<'a> Range<'a> {
    /// The range from argument `at` to the next; `swapped`: the highest comes first.
    fn parse(call: &Call<'a>, at: usize, by: By, swapped: bool) -> Result<Self, Reply> {
        let (min, max) = if swapped { (at + 1, at) } else { (at, at + 1) };
        let text = |at: usize| call.argv[at].as_slice();
        Ok(match by {
            By::Rank => Self::Rank(int(call, at)?, int(call, at + 1)?),
            By::Score => Self::Score(score_bound(text(min))?, score_bound(text(max))?),
            By::Lex => Self::Lex(name_bound(text(min))?, name_bound(text(max))?),
        })
    }

    fn has(&self, member: &[u8], score: Score) -> bool {
        let score = score.get();
        match self {
            Self::Rank(..) => true,
            Self::Score((min, after), (max, before)) => {
                (score > *min || score == *min && !after)
                    && (score < *max || score == *max && !before)
            }
            Self::Lex(min, max) => {
                let high_enough = match min {
                    Name::Lowest => true,
                    Name::At(name, after) => member > *name || member == *name && !after,
                    Name::Highest => false,
                };
                let low_enough = match max {
                    Name::Lowest => false,
                    Name::At(name, before) => member < *name || member == *name && !before,
                    Name::Highest => true,
                };
                high_enough && low_enough
            }
        }
    }

    /// The members within, from the lowest on or from the highest on.
    fn select(&self, zset: &SortedSet, reverse: bool) -> Members {
        let all = zset.iter().filter(|(member, score)| self.has(member, *score));
        let mut found: Members = all.map(|(member, score)| (member.to_vec(), score)).collect();
        if reverse {
            found.reverse();
        }
        if let Self::Rank(from, to) = *self {
            let span = span(from, to, found.len());
            found.truncate(span.end);
            found.drain(..span.start);
        }
        found
    }
}

pub(super) fn count(node: &mut Node, call: &Call<'_>, by: By) -> Result<Reply, Reply> {
    let range = Range::parse(call, 2, by, false)?;
    let zset = node.read_as::<SortedSet>(&call.argv[1])?;
    Ok(Reply::Int(zset.map_or(0, |zset| range.select(zset, false).len()) as i64))
}

pub(super) fn remove(node: &mut Node, call: &Call<'_>, by: By) -> Result<Reply, Reply> {
    let range = Range::parse(call, 2, by, false)?;
    node.edit(&call.argv[1], |zset: &mut SortedSet| {
        let found = range.select(zset, false);
        found.iter().for_each(|(member, _)| {
            zset.remove(member);
        });
        Ok((Reply::Int(found.len() as i64), found.len() as u64))
    })
}

/// The forms of ZRANGE: what is fixed by a command's name and what options may say.
#[derive(Clone, Copy)]
struct Form {
    by: Option<By>,
    reverse: Option<bool>,
    store: bool,
}

impl Form {
    const fn fixed(by: By, reverse: bool) -> Self {
        Self { by: Some(by), reverse: Some(reverse), store: false }
    }
}

pub(super) fn zrange(node: &mut Node, call: &Call<'_>) -> Result<Reply, Reply> {
    range(node, call, Form { by: None, reverse: None, store: false })
}

pub(super) fn zrangestore(node: &mut Node, call: &Call<'_>) -> Result<Reply, Reply> {
    range(node, call, Form { by: None, reverse: None, store: true })
}

pub(super) fn zrevrange(node: &mut Node, call: &Call<'_>) -> Result<Reply, Reply> {
    range(node, call, Form::fixed(By::Rank, true))
}

pub(super) fn zrangebyscore(node: &mut Node, call: &Call<'_>) -> Result<Reply, Reply> {
    range(node, call, Form::fixed(By::Score, false))
}

pub(super) fn zrevrangebyscore(node: &mut Node, call: &Call<'_>) -> Result<Reply, Reply> {
    range(node, call, Form::fixed(By::Score, true))
}

pub(super) fn zrangebylex(node: &mut Node, call: &Call<'_>) -> Result<Reply, Reply> {
    range(node, call, Form::fixed(By::Lex, false))
}

pub(super) fn zrevrangebylex(node: &mut Node, call: &Call<'_>) -> Result<Reply, Reply> {
    range(node, call, Form::fixed(By::Lex, true))
}

/// What the options say.
struct Options {
    by: By,
    reverse: bool,
    scores: bool,
    limit: Option<(i64, i64)>,
}

fn options(call: &Call<'_>, form: Form) -> Result<Options, Reply> {
    let (mut by, mut reverse) = (form.by, form.reverse.unwrap_or(false));
    let (mut scores, mut limit) = (false, None);
    let mut at = 4 + usize::from(form.store);
    while at < call.argv.len() {
        if call.is(at, "withscores") && !form.store {
            scores = true;
        } else if call.is(at, "limit") && at + 2 < call.argv.len() {
            limit = Some((int(call, at + 1)?, int(call, at + 2)?));
            at += 2;
        } else if call.is(at, "rev") && form.reverse.is_none() {
            reverse = true;
        } else if call.is(at, "bylex") && form.by.is_none() && by.is_none() {
            by = Some(By::Lex);
        } else if call.is(at, "byscore") && form.by.is_none() && by.is_none() {
            by = Some(By::Score);
        } else {
            return Err(Reply::syntax_error());
        }
        at += 1;
    }
    let by = by.unwrap_or(By::Rank);
    if limit.is_some_and(|(_, count)| count != -1) && by == By::Rank {
        return Err(Reply::error(
            "ERR syntax error, LIMIT is only supported in combination with either BYSCORE or BYLEX",
        ));
    }
    if scores && by == By::Lex {
        return Err(Reply::error(
            "ERR syntax error, WITHSCORES not supported in combination with BYLEX",
        ));
    }
    Ok(Options { by, reverse, scores, limit })
}

fn range(node: &mut Node, call: &Call<'_>, form: Form) -> Result<Reply, Reply> {
    let options = options(call, form)?;
    let source = 1 + usize::from(form.store);
    let swapped = options.reverse && options.by != By::Rank;
    let range = Range::parse(call, source + 1, options.by, swapped)?;
    let zset = node.read_as::<SortedSet>(&call.argv[source])?;
    let mut found = zset.map_or_else(Vec::new, |zset| range.select(zset, options.reverse));
    if let Some((offset, count)) = options.limit.filter(|_| options.by != By::Rank) {
        let offset = usize::try_from(offset).unwrap_or(usize::MAX).min(found.len());
        found.drain(..offset);
        found.truncate(usize::try_from(count).unwrap_or(usize::MAX));
    }
    if form.store {
        return Ok(store(node, &call.argv[1], &found));
    }
    let pairs = with_scores(found, node.compat);
    Ok(if options.scores {
        Reply::Pairs(pairs)
    } else {
        Reply::Array(pairs.into_iter().map(|(member, _)| member).collect())
    })
}

fn store(node: &mut Node, key: &[u8], members: &Members) -> Reply {
    let mut zset = SortedSet::default();
    for (member, score) in members {
        zset.insert(member, *score);
    }
    node.replace(key, zset);
    Reply::Int(members.len() as i64)
}
