//! Publish and subscribe, to channels of the whole cluster and to those of one shard.

use alloc::vec::Vec;

use crate::client::Topic;
use crate::command::{Call, Flags, Keys, Spec};
use crate::keyspace::glob;
use crate::node::Node;
use crate::resp::reply::Reply;

const ANYTIME: Flags = Flags::STALE.and(Flags::LOADING);
const PUBSUB: Flags = ANYTIME.and(Flags::PUBSUB);

pub(crate) const COMMANDS: &[Spec] = &[
    Spec::new("subscribe", -2, PUBSUB, Keys::NONE, |node, call| {
        subscribe(node, call, Topic::Channel)
    }),
    Spec::new("psubscribe", -2, PUBSUB, Keys::NONE, |node, call| {
        subscribe(node, call, Topic::Pattern)
    }),
    Spec::new("ssubscribe", -2, PUBSUB, Keys::ALL, |node, call| {
        subscribe(node, call, Topic::Shard)
    }),
    Spec::new("unsubscribe", -1, PUBSUB, Keys::NONE, |node, call| {
        unsubscribe(node, call, Topic::Channel)
    }),
    Spec::new("punsubscribe", -1, PUBSUB, Keys::NONE, |node, call| {
        unsubscribe(node, call, Topic::Pattern)
    }),
    Spec::new("sunsubscribe", -1, PUBSUB, Keys::ALL, |node, call| {
        unsubscribe(node, call, Topic::Shard)
    }),
    Spec::new("publish", 3, PUBSUB, Keys::NONE, |node, call| publish(node, call, false)),
    Spec::new("spublish", 3, PUBSUB, Keys::FIRST, |node, call| publish(node, call, true)),
    Spec::container("pubsub", SUBCOMMANDS),
];

const SUBCOMMANDS: &[Spec] = &[
    sub("channels", -2, |node, call| names(node, call, Topic::Channel)),
    sub("numsub", -2, |node, call| counts(node, call, Topic::Channel)),
    sub("numpat", 2, |node, _| Reply::Int(node.clients.pubsub.names(Topic::Pattern).len() as i64)),
    sub("shardchannels", -2, |node, call| names(node, call, Topic::Shard)),
    sub("shardnumsub", -2, |node, call| counts(node, call, Topic::Shard)),
    Spec::new("help", 2, ANYTIME, Keys::NONE, |_, _| Reply::help("PUBSUB", &HELP)),
];

const fn sub(name: &'static str, arity: i32, run: fn(&mut Node, &Call<'_>) -> Reply) -> Spec {
    Spec::new(name, arity, PUBSUB, Keys::NONE, run)
}

fn subscribe(node: &mut Node, call: &Call<'_>, topic: Topic) -> Reply {
    let Some(conn) = call.conn() else { return Reply::None };
    let news = call.argv[1..].iter().map(|name| node.subscribe(conn, topic, name));
    Reply::Many(news.collect())
}

fn unsubscribe(node: &mut Node, call: &Call<'_>, topic: Topic) -> Reply {
    let Some(conn) = call.conn() else { return Reply::None };
    if call.argv.len() == 1 {
        return Reply::Many(node.unsubscribe_all(conn, topic));
    }
    let news = call.argv[1..].iter().map(|name| node.unsubscribe(conn, topic, name));
    Reply::Many(news.collect())
}

/// The answer counts this node's subscribers alone.
fn publish(node: &mut Node, call: &Call<'_>, shard: bool) -> Reply {
    let (channel, message) = (&call.argv[1], &call.argv[2]);
    let heard = node.publish_here(shard, channel, message);
    node.propagate_message(shard, channel, message);
    Reply::Int(heard)
}

fn names(node: &mut Node, call: &Call<'_>, topic: Topic) -> Reply {
    let pattern = match call.argv {
        [_, _] => None,
        [_, _, pattern] => Some(pattern),
        _ => return Reply::bad_subcommand("PUBSUB", &call.argv[1]),
    };
    let fits = |name: &&[u8]| pattern.is_none_or(|it| glob::matches(it, name, false));
    let fitting = node.clients.pubsub.names(topic).filter(fits);
    Reply::Array(fitting.map(|name| Reply::Bulk(name.to_vec())).collect())
}

fn counts(node: &mut Node, call: &Call<'_>, topic: Topic) -> Reply {
    let count = |name: &Vec<u8>| {
        [Reply::Bulk(name.clone()), Reply::Int(node.clients.pubsub.count(topic, name) as i64)]
    };
    Reply::Array(call.argv[2..].iter().flat_map(count).collect())
}

const HELP: [&str; 11] = [
    "CHANNELS [<pattern>]",
    "    Return the currently active channels matching a <pattern> (default: '*').",
    "NUMPAT",
    "    Return number of subscriptions to patterns.",
    "NUMSUB [<channel> ...]",
    "    Return the number of subscribers for the specified channels, excluding",
    "    pattern subscriptions(default: no channels).",
    "SHARDCHANNELS [<pattern>]",
    "    Return the currently active shard level channels matching a <pattern> (default: '*').",
    "SHARDNUMSUB [<shardchannel> ...]",
    "    Return the number of subscribers for the specified shard level channel(s)",
];
