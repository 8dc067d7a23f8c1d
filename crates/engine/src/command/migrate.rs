//! MIGRATE: what it asks for, and the talk with the target that it leads to.
//!
//! Redis talks to the target while everybody else waits. So does a [`Node`]: its loop is held, as by
//! DEBUG SLEEP, and until the talk ends only what concerns the connection to the target is heard.

mod talk;

pub(crate) use talk::Migrate;

use alloc::vec::Vec;
use core::net::{Ipv4Addr, SocketAddrV4};

use borsh::{BorshDeserialize, BorshSerialize};

use crate::command::{Call, Flags, Keys, Spec};
use crate::node::Node;
use crate::resp::number::parse_i64;
use crate::resp::reply::Reply;
use crate::time::Span;

/// How long the target may take for each step when the caller names no sensible time.
const DEFAULT_TIMEOUT_MS: u64 = 1000;
/// The longest time that makes a difference: a hundred years.
const LONGEST_TIMEOUT_MS: u64 = 100 * 365 * 86_400_000;

pub(crate) const COMMANDS: &[Spec] = &[Spec::new(
    "migrate",
    -6,
    Flags::WRITE.and(Flags::MOVABLE_KEYS),
    Keys(3, 3, 1),
    |node, call| Reply::merged(migrate(node, call)),
)];

/// What a MIGRATE asks for.
#[derive(Debug, Clone, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
struct Request {
    keys: Vec<Vec<u8>>,
    db: i64,
    timeout: Span,
    copy: bool,
    replace: bool,
    /// The arguments of AUTH: a password, or a user and a password.
    auth: Vec<Vec<u8>>,
}

impl Request {
    fn parse(call: &Call<'_>) -> Result<Self, Reply> {
        let argv = call.argv;
        let mut request = Self {
            keys: [argv[3].clone()].into(),
            db: 0,
            timeout: Span::from_millis(DEFAULT_TIMEOUT_MS),
            copy: false,
            replace: false,
            auth: Vec::new(),
        };
        let mut at = 6;
        while at < argv.len() {
            let left = argv.len() - at - 1;
            if call.is(at, "copy") {
                request.copy = true;
            } else if call.is(at, "replace") {
                request.replace = true;
            } else if call.is(at, "auth") && left >= 1 {
                request.auth = argv[at + 1..=at + 1].to_vec();
                at += 1;
            } else if call.is(at, "auth2") && left >= 2 {
                request.auth = argv[at + 1..=at + 2].to_vec();
                at += 2;
            } else if call.is(at, "keys") {
                if !argv[3].is_empty() {
                    return Err(Reply::error(ONE_OR_MANY));
                }
                request.keys = argv[at + 1..].to_vec();
                break;
            } else {
                return Err(Reply::syntax_error());
            }
            at += 1;
        }
        let number = |at: usize| parse_i64(&argv[at]).ok_or_else(Reply::not_an_integer);
        let timeout = number(5)?;
        request.db = number(4)?;
        if let Some(ms) = u64::try_from(timeout).ok().filter(|&ms| ms > 0) {
            request.timeout = Span::from_millis(ms.min(LONGEST_TIMEOUT_MS));
        }
        Ok(request)
    }
}

const ONE_OR_MANY: &str =
    "ERR When using MIGRATE KEYS option, the key argument must be set to the empty string";

/// The target. Names are not resolved here; a port that is none is one where nobody listens.
fn address(host: &[u8], port: &[u8]) -> Result<SocketAddrV4, Reply> {
    let text = |bytes| core::str::from_utf8(bytes).ok();
    let ip = match text(host) {
        Some("localhost") => Some(Ipv4Addr::LOCALHOST),
        host => host.and_then(|host| host.parse().ok()),
    };
    let port = text(port).and_then(|port| port.parse().ok());
    Ok(SocketAddrV4::new(
        ip.ok_or_else(|| Reply::error(talk::NOT_CONNECTED))?,
        port.ok_or_else(|| Reply::error(talk::NOT_WRITTEN))?,
    ))
}

fn migrate(node: &mut Node, call: &Call<'_>) -> Result<Reply, Reply> {
    let mut request = Request::parse(call)?;
    let Some(caller) = call.conn() else { return Ok(Reply::None) };
    request.keys.retain(|key| node.read_key(key).is_some());
    if request.keys.is_empty() {
        return Ok(Reply::simple("NOKEY"));
    }
    if node.clients.in_exec {
        return Err(Reply::error(
            "ERR Failover Lab does not talk to a MIGRATE target inside a transaction",
        ));
    }
    let to = address(&call.argv[1], &call.argv[2])?;
    node.start_migration(caller, to, request, call.argv.to_vec());
    Ok(Reply::None)
}
