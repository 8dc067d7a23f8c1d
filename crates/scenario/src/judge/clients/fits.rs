//! Which replies a command can have. Whatever goes wrong with a cluster, a reply that is none of
//! these is another command's.

use bus::slot_of;

use super::{Command, Journal, number};
use crate::redis_cli::reply::Reply;

/// The most replicas that WAIT can count.
const MOST_REPLICAS: i64 = 12;

/// Whether this may be the reply to that command.
pub(super) fn fits(journal: &Journal, command: &Command, reply: &Reply) -> bool {
    let (name, key) = (command[0].as_slice(), command.get(1));
    match (name, reply) {
        (b"ECHO" | b"PING", Reply::Bulk(bytes)) => Some(bytes) == key,
        (b"PING", Reply::Error(text)) => text.starts_with("MISCONF "),
        (b"ASKING" | b"SET", Reply::Status(text)) => text == "OK",
        (b"GET", Reply::Nil) => true,
        (b"GET", Reply::Bulk(value)) => key.is_some_and(|key| was_written(journal, key, value)),
        (b"WAIT", Reply::Integer(replicas)) => (0..=MOST_REPLICAS).contains(replicas),
        (b"WAIT", Reply::Error(text)) => {
            text.starts_with("UNBLOCKED ") || text.starts_with("ERR WAIT cannot be used with")
        }
        (b"SET" | b"GET", Reply::Error(text)) => {
            key.is_some_and(|key| may_fail(name == b"SET", key, text))
        }
        _ => false,
    }
}

/// Whether a value is one that was sent for this key.
fn was_written(journal: &Journal, key: &[u8], value: &[u8]) -> bool {
    let at = journal.keys.iter().position(|it| it == key);
    at.zip(number(key, value))
        .is_some_and(|(at, number)| (1..=journal.issued[at]).contains(&number))
}

/// Whether a command about this key can fail so; a redirect names the key's slot.
fn may_fail(writes: bool, key: &[u8], text: &str) -> bool {
    let mut words = text.split(' ');
    match words.next() {
        Some("MOVED" | "ASK") => words.next() == Some(slot_of(key).to_string().as_str()),
        Some("CLUSTERDOWN" | "TRYAGAIN" | "MASTERDOWN" | "LOADING") => true,
        Some("NOREPLICAS" | "MISCONF" | "READONLY") => writes,
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_reply_to_another_command_does_not_fit() {
        let keys = vec![b"key:0".to_vec(), b"key:1".to_vec()];
        let journal = Journal { keys, issued: vec![3, 9], ..Journal::default() };
        let fits = |command: &str, reply: Reply| {
            let command = command.split(' ').map(|it| it.as_bytes().to_vec()).collect();
            fits(&journal, &command, &reply)
        };
        let bulk = |text: &str| Reply::Bulk(text.into());
        let error = |text: &str| Reply::Error(text.into());
        assert!(fits("ECHO one", bulk("one")));
        assert!(!fits("ECHO one", bulk("two")));
        assert!(!fits("ECHO one", Reply::Status("OK".into())));
        assert!(fits("GET key:0", bulk("key:0#3")));
        assert!(!fits("GET key:0", bulk("key:1#3")));
        assert!(!fits("GET key:0", bulk("key:0#4")), "it was not sent yet");
        let slot = slot_of(b"key:0");
        assert!(fits("GET key:0", error(&format!("MOVED {slot} 10.0.0.1:6379"))));
        assert!(!fits("GET key:0", error(&format!("MOVED {} 10.0.0.1:6379", slot + 1))));
        assert!(!fits("GET key:0", error("READONLY You can't write against a read only replica.")));
        assert!(fits("WAIT 1 100", Reply::Integer(1)));
        assert!(!fits("SET key:0 x", Reply::Integer(1)));
    }
}
