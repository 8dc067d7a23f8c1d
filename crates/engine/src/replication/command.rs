//! The commands of replication.

use alloc::format;
use alloc::string::{String, ToString};
use alloc::vec::Vec;
use core::str;

use super::link::LinkState;
use super::replica::Applicant;
use crate::command::{Call, Caller, Flags, Keys, Spec};
use crate::io::ConnId;
use crate::node::Node;
use crate::resp::reply::Reply;

const NOT_IN_CLUSTER_MODE: &str = "ERR REPLICAOF not allowed in cluster mode.";

/// What replicas and operators say.
pub(crate) const COMMANDS: &[Spec] = &[
    spec("replconf", -1, Flags::STALE.and(Flags::LOADING), replconf),
    spec("psync", -3, Flags::NO_MULTI, psync),
    spec("sync", 1, Flags::NO_MULTI, sync),
    spec("role", 1, Flags::STALE.and(Flags::LOADING), role),
    spec("replicaof", 3, Flags::STALE, replicaof),
    spec("slaveof", 3, Flags::STALE, replicaof),
    spec("failover", -1, Flags::STALE, |_, _| {
        Reply::error(
            "ERR FAILOVER not allowed in cluster mode. Use CLUSTER FAILOVER command instead.",
        )
    }),
];

const fn spec(
    name: &'static str,
    arity: i32,
    flags: Flags,
    run: fn(&mut Node, &Call<'_>) -> Reply,
) -> Spec {
    Spec::new(name, arity, flags, Keys::NONE, run)
}

/// Replicas are those of a cluster.
fn replicaof(node: &mut Node, _: &Call<'_>) -> Reply {
    Reply::error(match node.config.cluster_enabled {
        true => NOT_IN_CLUSTER_MODE,
        false => "ERR REPLICAOF is not supported here outside of a cluster.",
    })
}

/// `REPLCONF option value ...`: what a replica says about itself, and how far it is.
fn replconf(node: &mut Node, call: &Call<'_>) -> Reply {
    let Caller::Client(conn) = call.caller else { return Reply::None };
    if call.argv.len().is_multiple_of(2) {
        return Reply::error("ERR syntax error");
    }
    for pair in call.argv[1..].chunks(2) {
        let option = pair[0].to_ascii_lowercase();
        let answer = match option.as_slice() {
            b"ack" => return node.replconf_ack(conn, &pair[1]),
            b"getack" => {
                node.ack_master();
                return Reply::None;
            }
            _ => node.replconf_announce(conn, &option, &pair[0], &pair[1]),
        };
        if let Err(error) = answer {
            return Reply::Error(error);
        }
    }
    Reply::Ok
}

/// `PSYNC replid offset`
fn psync(node: &mut Node, call: &Call<'_>) -> Reply {
    let Caller::Client(conn) = call.caller else { return Reply::None };
    let about = match node.admit_replica(conn) {
        Ok(about) => about,
        Err(refusal) => return refusal,
    };
    let Some(offset) = integer(&call.argv[2]) else {
        node.log(
            crate::log::Level::Warning,
            format!("Replica {} asks for synchronization but with a wrong offset", about.name()),
        );
        return Reply::error("ERR value is not an integer or out of range");
    };
    node.serve_psync(about, &String::from_utf8_lossy(&call.argv[1]), offset);
    Reply::None
}

/// `SYNC`
fn sync(node: &mut Node, call: &Call<'_>) -> Reply {
    let Caller::Client(conn) = call.caller else { return Reply::None };
    match node.admit_replica(conn) {
        Ok(about) => {
            node.serve_sync(about);
            Reply::None
        }
        Err(refusal) => refusal,
    }
}

/// `ROLE`
fn role(node: &mut Node, _call: &Call<'_>) -> Reply {
    let Some(link) = &node.repl.link else {
        let online = node.repl.replicas.iter().filter(|replica| replica.is_online());
        let describe = |replica: &super::replica::Replica| {
            Reply::Array(Vec::from([
                Reply::bulk(replica.about.ip()),
                Reply::bulk(replica.about.port.to_string()),
                Reply::bulk(replica.acked.to_string()),
            ]))
        };
        let replicas = Reply::Array(online.map(describe).collect());
        let offset = Reply::Int(node.repl.offset as i64);
        return Reply::Array(Vec::from([Reply::bulk("master"), offset, replicas]));
    };
    let offset = link.stream().map_or(-1, |stream| stream.applied as i64);
    Reply::Array(Vec::from([
        Reply::bulk("slave"),
        Reply::bulk(link.to.ip().to_string()),
        Reply::Int(i64::from(link.to.port())),
        Reply::bulk(link.state.name()),
        Reply::Int(offset),
    ]))
}

impl Node {
    /// Hears how far a replica is. Others are not answered either.
    fn replconf_ack(&mut self, conn: ConnId, offset: &[u8]) -> Reply {
        if let Some(offset) = integer(offset).and_then(|offset| u64::try_from(offset).ok()) {
            self.replica_acked(conn, offset);
        }
        Reply::None
    }

    fn replconf_announce(
        &mut self,
        conn: ConnId,
        option: &[u8],
        written: &[u8],
        value: &[u8],
    ) -> Result<(), String> {
        let number = || integer(value).ok_or("ERR value is not an integer or out of range");
        let about = self.applicant(conn);
        match option {
            b"listening-port" => about.port = number()? as u16,
            b"ip-address" => {
                about.announced_ip = Some(String::from_utf8_lossy(value).to_string());
            }
            b"capa" if value.eq_ignore_ascii_case(b"eof") => about.capa_eof = true,
            b"capa" if value.eq_ignore_ascii_case(b"psync2") => about.capa_psync2 = true,
            // Other capabilities are those of other versions: a replica may have them.
            b"capa" => {}
            b"rdb-only" => match number()? {
                wanted @ 0..=1 => about.rdb_only = wanted == 1,
                _ => return Err("ERR value is out of range, must be between 0 and 1".into()),
            },
            _ => {
                let written = String::from_utf8_lossy(written);
                return Err(format!("ERR Unrecognized REPLCONF option: {written}"));
            }
        }
        Ok(())
    }

    /// What is known about a client as a replica, to be changed.
    fn applicant(&mut self, conn: ConnId) -> &mut Applicant {
        let replicas = &self.repl.replicas;
        if let Some(index) = replicas.iter().position(|replica| replica.conn == conn) {
            return &mut self.repl.replicas[index].about;
        }
        let index = match self.repl.applicants.iter().position(|it| it.conn == conn) {
            Some(index) => index,
            None => {
                let nowhere = core::net::SocketAddrV4::new(core::net::Ipv4Addr::UNSPECIFIED, 0);
                let peer = self.client_peer(conn).unwrap_or(nowhere);
                self.repl.applicants.push(Applicant::new(conn, peer));
                self.repl.applicants.len() - 1
            }
        };
        &mut self.repl.applicants[index]
    }

    /// Whether a client may become a replica, and what it said about itself.
    ///
    /// # Errors
    /// The answer to one that may not.
    fn admit_replica(&mut self, conn: ConnId) -> Result<Applicant, Reply> {
        if self.is_replica_client(conn) {
            return Err(Reply::None);
        }
        if self.repl.link.as_ref().is_some_and(|it| !matches!(it.state, LinkState::Connected(_))) {
            let refusal = "NOMASTERLINK Can't SYNC while not connected with my master";
            return Err(Reply::error(refusal));
        }
        let about = self.applicant(conn).clone();
        self.repl.applicants.retain(|applicant| applicant.conn != conn);
        Ok(about)
    }
}

fn integer(text: &[u8]) -> Option<i64> {
    str::from_utf8(text).ok()?.parse().ok()
}
