//! Commands that pop, and wait when there is nothing: BLPOP and its kin.
//!
//! What they pop is a [`Pop`]. It is tried at once; who has to wait is served by `client::blocked`.
//! Replicas get the form that does not wait, with what was popped.

use alloc::vec::Vec;

use borsh::{BorshDeserialize, BorshSerialize};

use super::list::{self, Side};
use super::zset;
use crate::Time;
use crate::client::Blocked;
use crate::command::{Call, Flags, Keys, Spec, run};
use crate::config::Compat;
use crate::keyspace::Value;
use crate::node::Node;
use crate::resp::float::parse_f64;
use crate::resp::reply::Reply;
use crate::time::Span;

const WRITE: Flags = Flags::WRITE;
const COUNTED: Flags = WRITE.and(Flags::MOVABLE_KEYS);
/// All but the last argument.
const BUT_LAST: Keys = Keys(1, -2, 1);
const BOTH: Keys = Keys(1, 2, 1);

pub(crate) const COMMANDS: &[Spec] = &[
    Spec::new("blpop", -3, WRITE, BUT_LAST, |n, c| Reply::merged(pop(n, c, Pop::Item(Side::Left)))),
    Spec::new("brpop", -3, WRITE, BUT_LAST, |n, c| {
        Reply::merged(pop(n, c, Pop::Item(Side::Right)))
    }),
    Spec::new("blmpop", -5, COUNTED, Keys::NONE, run!(blmpop)),
    Spec::new("blmove", 6, WRITE, BOTH, run!(blmove)),
    Spec::new("brpoplpush", 4, WRITE, BOTH, run!(brpoplpush)),
    Spec::new("bzpopmin", -3, WRITE, BUT_LAST, |n, c| {
        Reply::merged(pop(n, c, Pop::Member { from_top: false }))
    }),
    Spec::new("bzpopmax", -3, WRITE, BUT_LAST, |n, c| {
        Reply::merged(pop(n, c, Pop::Member { from_top: true }))
    }),
    Spec::new("bzmpop", -5, COUNTED, Keys::NONE, run!(bzmpop)),
];

/// What is taken from a key.
#[derive(Debug, Clone, BorshSerialize, BorshDeserialize)]
pub(crate) enum Pop {
    /// One item of a list.
    Item(Side),
    /// At most `count` items of a list.
    Items {
        /// The end that they are taken from.
        from: Side,
        /// How many.
        count: u64,
    },
    /// One item of a list, for another list.
    Move {
        /// The end that it is taken from.
        from: Side,
        /// The end that it is put to.
        to: Side,
        /// The other list.
        target: Vec<u8>,
        /// Asked for as RPOPLPUSH, and told to replicas as such.
        is_rpoplpush: bool,
    },
    /// One member of a sorted set.
    Member {
        /// The highest instead of the lowest.
        from_top: bool,
    },
    /// At most `count` members of a sorted set.
    Members {
        /// The highest instead of the lowest.
        from_top: bool,
        /// How many.
        count: u64,
    },
}

impl Pop {
    /// Whether a value is of the type that this pops from.
    pub(crate) const fn fits(&self, value: &Value) -> bool {
        match self {
            Self::Item(_) | Self::Items { .. } | Self::Move { .. } => {
                matches!(value, Value::List(_))
            }
            Self::Member { .. } | Self::Members { .. } => matches!(value, Value::SortedSet(_)),
        }
    }

    /// What the client hears that does not wait although there is nothing.
    const fn nothing(&self) -> Reply {
        if matches!(self, Self::Move { .. }) { Reply::Nil } else { Reply::NilArray }
    }
}

impl Node {
    /// Pops from the first of the keys that has anything; none when all are missing.
    ///
    /// # Errors
    /// `WRONGTYPE` when a key before that, or the target, holds another type.
    pub(crate) fn try_pop(&mut self, pop: &Pop, keys: &[Vec<u8>]) -> Result<Option<Reply>, Reply> {
        for key in keys {
            let popped = match pop {
                Pop::Item(from) => list::pop_item(self, key, *from)?,
                Pop::Items { from, count } => list::pop_items(self, key, *from, *count)?,
                Pop::Move { from, to, target, is_rpoplpush } => {
                    let moved = list::move_item(self, [key, target], *from, *to)?;
                    if moved.is_some() {
                        self.rewrite_command(moving(key, target, *from, *to, *is_rpoplpush));
                    }
                    moved
                }
                Pop::Member { from_top } => zset::pop_member(self, key, *from_top)?,
                Pop::Members { from_top, count } => {
                    zset::pop_members(self, key, *from_top, *count)?
                }
            };
            if popped.is_some() {
                return Ok(popped);
            }
        }
        Ok(None)
    }
}

/// LMOVE or RPOPLPUSH, as the replicas get it.
fn moving(key: &[u8], target: &[u8], from: Side, to: Side, is_rpoplpush: bool) -> Vec<Vec<u8>> {
    let (key, target) = (key.to_vec(), target.to_vec());
    if is_rpoplpush {
        return [b"RPOPLPUSH".to_vec(), key, target].into();
    }
    [b"LMOVE".to_vec(), key, target, from.name().into(), to.name().into()].into()
}

/// Pops, or waits until `until`. Nobody waits within EXEC, nor our master.
fn pop_or_wait(
    node: &mut Node,
    call: &Call<'_>,
    blocked: Blocked,
    until: Option<Time>,
) -> Result<Reply, Reply> {
    if let Some(reply) = node.try_pop(&blocked.pop, &blocked.keys)? {
        return Ok(reply);
    }
    match call.conn() {
        Some(conn) if !node.clients.in_exec => {
            node.hold_on_keys(conn, blocked, until);
            Ok(Reply::None)
        }
        _ => Ok(blocked.pop.nothing()),
    }
}

/// `BLPOP key [key ...] timeout` and those of the same form.
fn pop(node: &mut Node, call: &Call<'_>, pop: Pop) -> Result<Reply, Reply> {
    let last = call.argv.len() - 1;
    let until = until(node, call, last)?;
    let keys = call.argv[1..last].to_vec();
    pop_or_wait(node, call, Blocked { keys, pop }, until)
}

/// `BLMPOP timeout numkeys key [key ...] LEFT|RIGHT [COUNT count]`
fn blmpop(node: &mut Node, call: &Call<'_>) -> Result<Reply, Reply> {
    let (keys, pop) = list::counted_pop(call, 2)?;
    let until = until(node, call, 1)?;
    pop_or_wait(node, call, Blocked { keys: keys.to_vec(), pop }, until)
}

/// `BZMPOP timeout numkeys key [key ...] MIN|MAX [COUNT count]`
fn bzmpop(node: &mut Node, call: &Call<'_>) -> Result<Reply, Reply> {
    let (keys, pop) = zset::counted_pop(call, 2)?;
    let until = until(node, call, 1)?;
    pop_or_wait(node, call, Blocked { keys: keys.to_vec(), pop }, until)
}

/// `BLMOVE source destination LEFT|RIGHT LEFT|RIGHT timeout`
fn blmove(node: &mut Node, call: &Call<'_>) -> Result<Reply, Reply> {
    let (from, to) = (list::side(call, 3)?, list::side(call, 4)?);
    let reply = move_or_wait(node, call, from, to, false)?;
    if matches!(reply, Reply::Bulk(_)) {
        // At once, the replicas get the sides as they were written; later, in lower case.
        node.rewrite_command([&[b"LMOVE".to_vec()][..], &call.argv[1..5]].concat());
    }
    Ok(reply)
}

/// `BRPOPLPUSH source destination timeout`
fn brpoplpush(node: &mut Node, call: &Call<'_>) -> Result<Reply, Reply> {
    move_or_wait(node, call, Side::Right, Side::Left, true)
}

fn move_or_wait(
    node: &mut Node,
    call: &Call<'_>,
    from: Side,
    to: Side,
    is_rpoplpush: bool,
) -> Result<Reply, Reply> {
    let until = until(node, call, call.argv.len() - 1)?;
    let target = call.argv[2].clone();
    let keys = [call.argv[1].clone()].into();
    let pop = Pop::Move { from, to, target, is_rpoplpush };
    pop_or_wait(node, call, Blocked { keys, pop }, until)
}

/// The longest time that is told apart from a longer one: 200 years, in milliseconds.
const LONGEST_MS: u64 = 200 * 365 * 86_400_000;

/// The moment that an argument names in seconds from now on; none for 0, which has no end.
fn until(node: &Node, call: &Call<'_>, at: usize) -> Result<Option<Time>, Reply> {
    let seconds = parse_f64(&call.argv[at])
        .ok_or_else(|| Reply::error("ERR timeout is not a float or out of range"))?;
    let ms = seconds * 1000.0;
    let is_huge = ms >= i64::MAX as f64;
    if is_huge && node.compat != Compat::V7_0 {
        return Err(Reply::error("ERR timeout is out of range"));
    }
    // The conversion of 7.0 overflows.
    if ms < 0.0 || is_huge {
        return Err(Reply::error("ERR timeout is negative"));
    }
    let whole = ms as u64;
    let rounded_up = whole + u64::from((whole as f64) < ms);
    let span = Span::from_millis(rounded_up.min(LONGEST_MS));
    Ok((rounded_up > 0).then(|| node.now + span))
}
