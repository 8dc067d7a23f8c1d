//! `host`: the machines of the lab. No DNS here, so the name is free.

use std::net::Ipv4Addr;

use sim::{HostId, ProcessKind, World};

use super::Context;
use crate::fault;
use crate::scenario::NODES_MAX;

const HELP: &str = "\
host                    the lab's hosts, and which of them run a server
host add                one more, beside this one: in its zone, with its redis.conf
host remove HOST        take one away for good, with all that runs there; nobody hears a goodbye
A HOST is an address or its end (.6). This is the lab's own program, not the one that asks DNS.
";

/// Runs it.
pub(super) async fn run(context: &Context<'_>, args: &[String]) -> i32 {
    let (here, args) = (context.io.host(), args.to_vec());
    match context.io.world(move |world| carry_out(world, here, &args)).await {
        Ok(text) => {
            context.out.print(&text);
            0
        }
        Err(why) => {
            context.err.print(&format!("host: {why}\n"));
            1
        }
    }
}

/// Does it, and tells what.
fn carry_out(world: &mut World, here: HostId, args: &[String]) -> Result<String, String> {
    let words: Vec<_> = args.iter().map(String::as_str).collect();
    match words.as_slice() {
        [] => Ok(list(world)),
        ["help" | "--help" | "-h"] => Ok(HELP.into()),
        ["add"] => add(world, here),
        ["remove", host] => remove(world, host),
        ["remove", ..] => Err("say which one: host remove HOST".into()),
        ["add", ..] => Err("host add takes no address: the next free one is taken".into()),
        [other, ..] => Err(format!("'{other}' is not understood; see host help")),
    }
}

fn list(world: &World) -> String {
    let line = |(host, ip): (HostId, Ipv4Addr)| {
        let runs = world.processes(host).any(|(_, kind, _)| kind == ProcessKind::Server);
        let what = match runs {
            _ if world.is_gone(host) => "removed",
            true => "redis-server runs",
            false => "no server",
        };
        format!("{ip:<16}{what}\n")
    };
    world.hosts().map(line).collect()
}

fn add(world: &mut World, here: HostId) -> Result<String, String> {
    if world.hosts().count() >= NODES_MAX {
        return Err(format!("a lab holds {NODES_MAX} hosts"));
    }
    let taken: Vec<Ipv4Addr> = world.hosts().map(|(_, ip)| ip).collect();
    let ip =
        next_address(world.ip(here), &taken).ok_or("there is no free address beside this one")?;
    world.join(ip);
    Ok(format!("{ip} is there. On it, redis-server redis.conf starts a server.\n"))
}

fn remove(world: &mut World, host: &str) -> Result<String, String> {
    let hosts: Vec<_> = world.hosts().map(|(_, ip)| ip).collect();
    let host = fault::parse_host(host, &hosts)?;
    let ip = world.ip(host);
    if world.is_gone(host) {
        return Err(format!("{ip} was removed already"));
    }
    if world.present().count() == 1 {
        return Err(format!("{ip} is the last host; a lab needs one"));
    }
    world.remove_host(host);
    Ok(format!("{ip} is gone.\n"))
}

/// The address after the last one of this network of 256, or the first that is free there.
fn next_address(near: Ipv4Addr, taken: &[Ipv4Addr]) -> Option<Ipv4Addr> {
    let [a, b, c, _] = near.octets();
    let used = |n: u8| taken.contains(&Ipv4Addr::new(a, b, c, n));
    let last = (1..=254).rev().find(|&n| used(n)).unwrap_or(0);
    let free = (last + 1..=254).chain(1..=254).find(|&n| !used(n));
    free.map(|n| Ipv4Addr::new(a, b, c, n))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_next_address_follows_the_last_and_a_full_network_has_none() {
        let ip = |n| Ipv4Addr::new(10, 1, 0, n);
        let other = Ipv4Addr::new(10, 2, 0, 9);
        assert_eq!(next_address(ip(2), &[ip(2), ip(5), other]), Some(ip(6)));
        assert_eq!(next_address(ip(1), &[ip(1), ip(254)]), Some(ip(2)));
        assert_eq!(next_address(ip(1), &(1..=254).map(ip).collect::<Vec<_>>()), None);
    }

    #[test]
    fn mistakes_are_told_and_change_nothing() {
        let mut world = World::new(1, 0);
        let here = world.add_host(Ipv4Addr::new(10, 0, 0, 1));
        let mut why = |line: &str| {
            let args: Vec<_> = line.split_whitespace().map(str::to_owned).collect();
            carry_out(&mut world, here, &args).expect_err(line)
        };
        assert!(why("remove .1").contains("the last host"));
        assert!(why("remove .9").contains("there is no host '.9'; hosts: 10.0.0.1"));
        assert!(why("remove").contains("say which one"));
        assert!(why("add 10.0.0.9").contains("takes no address"));
        assert!(why("10.0.0.1").contains("see host help"));
        let hash = world.trace_hash();
        add(&mut world, here).expect("there is room");
        assert_ne!(world.trace_hash(), hash);
        assert_eq!(remove(&mut world, ".2"), Ok("10.0.0.2 is gone.\n".into()));
        assert!(remove(&mut world, ".2").unwrap_err().contains("removed already"));
        assert_eq!(list(&world), "10.0.0.1        no server\n10.0.0.2        removed\n");
    }
}
