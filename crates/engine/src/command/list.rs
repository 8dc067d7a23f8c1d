//! Lists.

mod change;
mod pop;

pub(super) use change::{move_item, side};
pub(super) use pop::{counted_pop, pop_item, pop_items};

use alloc::vec::Vec;

use borsh::{BorshDeserialize, BorshSerialize};

use crate::command::string::bulk_or_nil;
use crate::command::{Call, Flags, Keys, Spec, run};
use crate::keyspace::List;
use crate::node::Node;
use crate::resp::number::parse_i64;
use crate::resp::reply::Reply;

const READ: Flags = Flags::READONLY;
const WRITE: Flags = Flags::WRITE;
const FIRST: Keys = Keys::FIRST;
const BOTH: Keys = Keys(1, 2, 1);

pub(crate) const COMMANDS: &[Spec] = &[
    Spec::new("lpush", -3, WRITE, FIRST, |n, c| Reply::merged(push(n, c, Side::Left, false))),
    Spec::new("rpush", -3, WRITE, FIRST, |n, c| Reply::merged(push(n, c, Side::Right, false))),
    Spec::new("lpushx", -3, WRITE, FIRST, |n, c| Reply::merged(push(n, c, Side::Left, true))),
    Spec::new("rpushx", -3, WRITE, FIRST, |n, c| Reply::merged(push(n, c, Side::Right, true))),
    Spec::new("lpop", -2, WRITE, FIRST, |n, c| Reply::merged(pop::pop(n, c, Side::Left))),
    Spec::new("rpop", -2, WRITE, FIRST, |n, c| Reply::merged(pop::pop(n, c, Side::Right))),
    Spec::new("llen", 2, READ, FIRST, run!(llen)),
    Spec::new("lrange", 4, READ, FIRST, run!(lrange)),
    Spec::new("lindex", 3, READ, FIRST, run!(lindex)),
    Spec::new("lpos", -3, READ, FIRST, run!(lpos)),
    Spec::new("lset", 4, WRITE, FIRST, run!(change::lset)),
    Spec::new("lrem", 4, WRITE, FIRST, run!(change::lrem)),
    Spec::new("ltrim", 4, WRITE, FIRST, run!(change::ltrim)),
    Spec::new("linsert", 5, WRITE, FIRST, run!(change::linsert)),
    Spec::new("lmove", 5, WRITE, BOTH, run!(change::lmove)),
    Spec::new("lmpop", -4, WRITE.and(Flags::MOVABLE_KEYS), Keys::NONE, run!(pop::lmpop)),
    Spec::new("rpoplpush", 3, WRITE, BOTH, run!(change::rpoplpush)),
];

/// An end of a list.
#[derive(Debug, Clone, Copy, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub(crate) enum Side {
    /// The head.
    Left,
    /// The tail.
    Right,
}

impl Side {
    pub(super) const fn name(self) -> &'static str {
        match self {
            Self::Left => "left",
            Self::Right => "right",
        }
    }

    /// The command that pops from this end.
    const fn pop_name(self) -> &'static str {
        match self {
            Self::Left => "LPOP",
            Self::Right => "RPOP",
        }
    }

    fn push(self, list: &mut List, item: Vec<u8>) {
        match self {
            Self::Left => list.push_front(item),
            Self::Right => list.push_back(item),
        }
    }

    fn pop(self, list: &mut List) -> Option<Vec<u8>> {
        match self {
            Self::Left => list.pop_front(),
            Self::Right => list.pop_back(),
        }
    }
}

/// An integer argument.
pub(super) fn int(call: &Call<'_>, at: usize) -> Result<i64, Reply> {
    parse_i64(&call.argv[at]).ok_or_else(Reply::not_an_integer)
}

/// The positions that a range of possibly negative indexes covers in `len` items.
pub(super) fn span(from: i64, to: i64, len: usize) -> core::ops::Range<usize> {
    let len = len as i64;
    let place = |at: i64| if at < 0 { at.saturating_add(len) } else { at };
    let (from, to) = (place(from).max(0), place(to).min(len - 1));
    if from > to { 0..0 } else { from as usize..to as usize + 1 }
}

/// The position that a possibly negative index names.
fn position(index: i64, len: usize) -> Option<usize> {
    let at = if index < 0 { index.saturating_add(len as i64) } else { index };
    usize::try_from(at).ok().filter(|&at| at < len)
}

fn push(node: &mut Node, call: &Call<'_>, side: Side, only_if_there: bool) -> Result<Reply, Reply> {
    let key = &call.argv[1];
    if node.peek_as::<List>(key)?.is_none() && only_if_there {
        return Ok(Reply::Int(0));
    }
    let items = &call.argv[2..];
    node.edit(key, |list: &mut List| {
        items.iter().for_each(|item| side.push(list, item.clone()));
        Ok((Reply::Int(list.len() as i64), items.len() as u64))
    })
}

fn llen(node: &mut Node, call: &Call<'_>) -> Result<Reply, Reply> {
    Ok(Reply::Int(node.read_as::<List>(&call.argv[1])?.map_or(0, List::len) as i64))
}

fn lrange(node: &mut Node, call: &Call<'_>) -> Result<Reply, Reply> {
    let (from, to) = (int(call, 2)?, int(call, 3)?);
    let Some(list) = node.read_as::<List>(&call.argv[1])? else {
        return Ok(Reply::Array(Vec::new()));
    };
    let items = list.range(span(from, to, list.len())).cloned();
    Ok(Reply::Array(items.map(Reply::Bulk).collect()))
}

fn lindex(node: &mut Node, call: &Call<'_>) -> Result<Reply, Reply> {
    let Some(list) = node.read_as::<List>(&call.argv[1])? else { return Ok(Reply::Nil) };
    let at = position(int(call, 2)?, list.len());
    Ok(bulk_or_nil(at.and_then(|at| list.get(at)).cloned()))
}

/// `LPOS key element [RANK n] [COUNT n] [MAXLEN n]`
fn lpos(node: &mut Node, call: &Call<'_>) -> Result<Reply, Reply> {
    let (mut rank, mut count, mut most) = (1, None, 0);
    for at in (3..call.argv.len()).step_by(2) {
        if at + 1 == call.argv.len() {
            return Err(Reply::syntax_error());
        }
        let natural = |refusal: &'static str| {
            parse_i64(&call.argv[at + 1]).filter(|&it| it >= 0).ok_or_else(|| Reply::error(refusal))
        };
        if call.is(at, "rank") {
            rank = int(call, at + 1)?;
            if rank == 0 {
                return Err(Reply::error(
                    "ERR RANK can't be zero: use 1 to start from the first match, 2 from the \
                     second ... or use negative to start from the end of the list",
                ));
            }
            if rank == i64::MIN {
                return Err(Reply::error("ERR value is out of range"));
            }
        } else if call.is(at, "count") {
            count = Some(natural("ERR COUNT can't be negative")? as usize);
        } else if call.is(at, "maxlen") {
            most = natural("ERR MAXLEN can't be negative")? as usize;
        } else {
            return Err(Reply::syntax_error());
        }
    }
    let wanted = &call.argv[2];
    let list = node.read_as::<List>(&call.argv[1])?;
    let len = list.map_or(0, List::len);
    let looked = if most == 0 { len } else { most.min(len) };
    let places = (0..looked).map(|at| if rank > 0 { at } else { len - 1 - at });
    let fits = places.filter(|&at| list.and_then(|list| list.get(at)) == Some(wanted));
    let mut found = fits.skip(rank.unsigned_abs() as usize - 1).map(|at| Reply::Int(at as i64));
    Ok(match count {
        None => found.next().unwrap_or(Reply::Nil),
        Some(0) => Reply::Array(found.collect()),
        Some(count) => Reply::Array(found.take(count).collect()),
    })
}
