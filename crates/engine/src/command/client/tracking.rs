//! Client-side caching: what connections that never track keys hear about it.

use alloc::vec;

use crate::command::Call;
use crate::node::Node;
use crate::resp::number::parse_i64;
use crate::resp::reply::Reply;

pub(super) fn tracking(node: &mut Node, call: &Call<'_>) -> Reply {
    let mut at = 3;
    while at < call.argv.len() {
        let more = at + 1 < call.argv.len();
        if ["bcast", "optin", "optout", "noloop"].iter().any(|word| call.is(at, word)) {
            at += 1;
        } else if call.is(at, "prefix") && more {
            at += 2;
        } else if call.is(at, "redirect") && more {
            let Some(id) = parse_i64(&call.argv[at + 1]) else { return Reply::not_an_integer() };
            if u64::try_from(id).ok().and_then(|id| node.client_by_id(id)).is_none() {
                return Reply::error("ERR The client ID you want redirect to does not exist");
            }
            at += 2;
        } else {
            return Reply::syntax_error();
        }
    }
    if call.is(2, "on") {
        Reply::error("ERR CLIENT TRACKING ON is not supported: no key is tracked here")
    } else if call.is(2, "off") {
        Reply::Ok
    } else {
        Reply::syntax_error()
    }
}

pub(super) fn caching(_: &mut Node, _: &Call<'_>) -> Reply {
    Reply::error(
        "ERR CLIENT CACHING can be called only when the client is in tracking mode with OPTIN or \
         OPTOUT mode enabled",
    )
}

pub(super) fn trackinginfo(_: &mut Node, _: &Call<'_>) -> Reply {
    Reply::Map(vec![
        (Reply::bulk("flags"), Reply::Set(vec![Reply::bulk("off")])),
        (Reply::bulk("redirect"), Reply::Int(-1)),
        (Reply::bulk("prefixes"), Reply::Array(vec![])),
    ])
}
