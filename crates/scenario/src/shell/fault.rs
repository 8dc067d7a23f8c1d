//! `fault`: the lab's own `tc` and `iptables`, for all of its network at once.

use std::net::Ipv4Addr;

use engine::Time;
use sim::{HostId, World};

use super::Context;
use crate::fault::{self, Request};

const HELP: &str = "\
fault                                   what lasts; fault show is the same
fault drop KIND[,KIND] [from HOST] [to HOST] [between HOST and HOST]
           [port bus|client|PORT] [for TIME] [count N]
                                        lose packets: heartbeat, PING, PONG, MEET, FAIL, PUBLISH,
                                        FAILOVER_AUTH_REQUEST (auth-req), FAILOVER_AUTH_ACK
                                        (auth-ack), UPDATE, MFSTART ...; or all that passes
fault link from HOST to HOST SETTING... change one direction of a link
fault link between HOST and HOST SETTING...
                                        both directions: latency TIME, jitter TIME, loss N%,
                                        blocked, open, normal
fault del N, fault del all              end a fault, or every one
A HOST is an address or its end (.6), a TIME is 250us, 40ms, 30s or 2m. A kind of packet is taken
out of its stream for good; with all, and with loss, TCP sends again, and loss shows as delay.
";

/// Runs it.
pub(super) async fn run(context: &Context<'_>, args: &[String]) -> i32 {
    if let [only] = args
        && matches!(only.as_str(), "help" | "--help" | "-h")
    {
        context.out.print(HELP);
        return 0;
    }
    let args = args.to_vec();
    let answer = context.io.world(move |world| carry_out(world, &args)).await;
    match answer {
        Ok(text) => {
            context.out.print(&text);
            0
        }
        Err(why) => {
            context.err.print(&format!("fault: {why}\n"));
            1
        }
    }
}

/// Does it, and tells what.
fn carry_out(world: &mut World, args: &[String]) -> Result<String, String> {
    let hosts: Vec<Ipv4Addr> = world.hosts().map(|(_, ip)| ip).collect();
    let now = world.now();
    Ok(match fault::parse(args, &hosts, now)? {
        Request::Show => show(world, &hosts, now),
        Request::Drop(rules) => {
            let set = rules.into_iter().map(|rule| {
                let text = fault::rule(&rule, &hosts, now);
                format!("{}: {text}\n", world.set_rule(rule).0)
            });
            set.collect()
        }
        Request::Link(pairs, change) => {
            for &(from, to) in &pairs {
                let settings = change.apply(world.link(from, to), world.usual_link(from, to));
                world.set_link(from, to, settings);
            }
            pairs.iter().map(|&pair| link_line(world, &hosts, pair)).collect()
        }
        Request::End(id) if world.lift_rule(id) => String::new(),
        Request::End(id) => return Err(format!("there is no fault {}; see fault show", id.0)),
        Request::EndAll => {
            let rules: Vec<_> = world.rules().map(|it| it.id).collect();
            for id in rules {
                world.lift_rule(id);
            }
            for (from, to) in pairs(world) {
                world.set_link(from, to, world.usual_link(from, to));
            }
            String::new()
        }
    })
}

fn show(world: &World, hosts: &[Ipv4Addr], now: Time) -> String {
    let mut text = String::new();
    for it in world.rules() {
        text += &format!("{}: {}, {} lost\n", it.id.0, fault::rule(&it.rule, hosts, now), it.lost);
    }
    for pair in pairs(world)
        .into_iter()
        .filter(|&(from, to)| world.link(from, to) != world.usual_link(from, to))
    {
        text += &link_line(world, hosts, pair);
    }
    text
}

fn link_line(world: &World, hosts: &[Ipv4Addr], (from, to): (HostId, HostId)) -> String {
    let address = |host: HostId| hosts[usize::from(host.0)];
    let words = fault::link(&world.link(from, to), &world.usual_link(from, to));
    let words = if words.is_empty() { "normal" } else { &words };
    format!("link from {} to {} {words}\n", address(from), address(to))
}

/// Every direction of every link between two hosts.
fn pairs(world: &World) -> Vec<(HostId, HostId)> {
    let hosts: Vec<_> = world.present().map(|(host, _)| host).collect();
    let all = hosts.iter().flat_map(|&from| hosts.iter().map(move |&to| (from, to)));
    all.filter(|(from, to)| from != to).collect()
}
