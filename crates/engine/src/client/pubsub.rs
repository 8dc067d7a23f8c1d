//! Who subscribes to what, and messages on their way to them.

use alloc::collections::{BTreeMap, BTreeSet};
use alloc::vec;
use alloc::vec::Vec;

use borsh::{BorshDeserialize, BorshSerialize};
use bus::slot_of;

use crate::io::ConnId;
use crate::keyspace::glob;
use crate::node::Node;
use crate::resp::reply::Reply;

/// What a subscription is to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, BorshSerialize, BorshDeserialize)]
pub(crate) enum Topic {
    /// A channel of the whole cluster.
    Channel,
    /// Every channel whose name fits a pattern.
    Pattern,
    /// A channel of the shard that serves its slot.
    Shard,
}

impl Topic {
    const fn subscribed(self) -> &'static str {
        match self {
            Self::Channel => "subscribe",
            Self::Pattern => "psubscribe",
            Self::Shard => "ssubscribe",
        }
    }

    const fn unsubscribed(self) -> &'static str {
        match self {
            Self::Channel => "unsubscribe",
            Self::Pattern => "punsubscribe",
            Self::Shard => "sunsubscribe",
        }
    }
}

/// The subscribers by what they subscribe to.
#[derive(Debug, Default, BorshSerialize, BorshDeserialize)]
pub(crate) struct PubSub {
    topics: [BTreeMap<Vec<u8>, BTreeSet<ConnId>>; 3],
}

impl PubSub {
    /// Every name with a subscriber, in order.
    pub(crate) fn names(&self, topic: Topic) -> impl ExactSizeIterator<Item = &[u8]> {
        self.topics[topic as usize].keys().map(Vec::as_slice)
    }

    /// How many subscribe to a name.
    pub(crate) fn count(&self, topic: Topic, name: &[u8]) -> usize {
        self.topics[topic as usize].get(name).map_or(0, BTreeSet::len)
    }
}

impl Node {
    /// Subscribes a client; returns what it hears of that.
    pub(crate) fn subscribe(&mut self, conn: ConnId, topic: Topic, name: &[u8]) -> Reply {
        if let Some(client) = self.clients.get_mut(conn) {
            client.subscriptions[topic as usize].insert(name.to_vec());
            let subscribers = &mut self.clients.pubsub.topics[topic as usize];
            subscribers.entry(name.to_vec()).or_default().insert(conn);
        }
        self.subscription_news(conn, topic, topic.subscribed(), Reply::Bulk(name.to_vec()))
    }

    /// Ends a client's subscription, if there is one; returns what it hears of that.
    pub(crate) fn unsubscribe(&mut self, conn: ConnId, topic: Topic, name: &[u8]) -> Reply {
        if let Some(client) = self.clients.get_mut(conn) {
            client.subscriptions[topic as usize].remove(name);
        }
        let subscribers = &mut self.clients.pubsub.topics[topic as usize];
        if let Some(of_name) = subscribers.get_mut(name) {
            of_name.remove(&conn);
            if of_name.is_empty() {
                subscribers.remove(name);
            }
        }
        self.subscription_news(conn, topic, topic.unsubscribed(), Reply::Bulk(name.to_vec()))
    }

    /// Ends all subscriptions of one kind; returns what the client hears of each, or of there being
    /// none.
    pub(crate) fn unsubscribe_all(&mut self, conn: ConnId, topic: Topic) -> Vec<Reply> {
        let names = self.clients.get(conn).map(|it| it.subscriptions[topic as usize].clone());
        let names = names.unwrap_or_default();
        if names.is_empty() {
            return vec![self.subscription_news(conn, topic, topic.unsubscribed(), Reply::Nil)];
        }
        names.iter().map(|name| self.unsubscribe(conn, topic, name)).collect()
    }

    /// Forgets all subscriptions of a client without a word.
    pub(crate) fn drop_subscriptions(&mut self, conn: ConnId) {
        for topic in [Topic::Channel, Topic::Pattern, Topic::Shard] {
            self.unsubscribe_all(conn, topic);
        }
    }

    /// Channels and patterns are counted together, shard channels apart.
    fn subscription_news(&self, conn: ConnId, topic: Topic, what: &str, name: Reply) -> Reply {
        let count = self.clients.get(conn).map_or(0, |client| match topic {
            Topic::Shard => client.subscriptions[2].len(),
            _ => client.subscriptions[0].len() + client.subscriptions[1].len(),
        });
        Reply::Push(vec![Reply::bulk(what), name, Reply::Int(count as i64)])
    }

    /// Hands a message to this node's subscribers; returns how many got it. Who has a channel and a
    /// pattern that fits gets it twice.
    pub(crate) fn publish_here(&mut self, shard: bool, channel: &[u8], message: &[u8]) -> i64 {
        let (topic, kind) =
            if shard { (Topic::Shard, "smessage") } else { (Topic::Channel, "message") };
        let subscribers = |node: &Self, topic: Topic, name: &[u8]| -> Vec<ConnId> {
            let of_name = node.clients.pubsub.topics[topic as usize].get(name);
            of_name.into_iter().flatten().copied().collect()
        };
        let bulk = |bytes: &[u8]| Reply::Bulk(bytes.to_vec());
        let mut heard = 0;
        for conn in subscribers(self, topic, channel) {
            let news = vec![Reply::bulk(kind), bulk(channel), bulk(message)];
            self.deliver(conn, Reply::Push(news));
            heard += 1;
        }
        if shard {
            return heard;
        }
        let fits = |pattern: &&[u8]| glob::matches(pattern, channel, false);
        let names = self.clients.pubsub.names(Topic::Pattern).filter(fits);
        let patterns: Vec<Vec<u8>> = names.map(<[u8]>::to_vec).collect();
        for pattern in patterns {
            for conn in subscribers(self, Topic::Pattern, &pattern) {
                let news =
                    vec![Reply::bulk("pmessage"), bulk(&pattern), bulk(channel), bulk(message)];
                self.deliver(conn, Reply::Push(news));
                heard += 1;
            }
        }
        heard
    }

    /// Sends a client what it did not ask for at this moment, whatever it said by CLIENT REPLY. Who
    /// is executing a command gets it with the reply: before it in 7.0, after it since.
    fn deliver(&mut self, conn: ConnId, news: Reply) {
        if self.clients.executing == Some(conn) {
            self.clients.pushed_to_caller.push(news);
        } else {
            self.reply(conn, &news);
        }
    }

    /// Ends the subscriptions to shard channels whose slots this node's shard has lost.
    pub(super) fn end_lost_subscriptions(&mut self) {
        let lost = self.take_lost_slots();
        if lost.is_empty() || self.clients.pubsub.topics[Topic::Shard as usize].is_empty() {
            return;
        }
        let names = self.clients.pubsub.names(Topic::Shard);
        let gone = names.filter(|name| lost.contains(&slot_of(name)));
        let gone: Vec<Vec<u8>> = gone.map(<[u8]>::to_vec).collect();
        for name in gone {
            let of_name = self.clients.pubsub.topics[Topic::Shard as usize].get(&name);
            let conns: Vec<ConnId> = of_name.into_iter().flatten().copied().collect();
            for conn in conns {
                let news = self.unsubscribe(conn, Topic::Shard, &name);
                self.reply(conn, &news);
            }
        }
    }
}
