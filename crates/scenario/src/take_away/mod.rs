//! A lab as a folder that builds the same cluster of real servers and does the same in it.
//!
//! The folder needs `redis-server` or containers, and bash. On one machine all hosts are `127.0.0.1`
//! with a port each: `lab.sh` replaces addresses in what is typed, so `commands.sh` reads as the lab's
//! own history.

mod commands;

use std::fmt::Write;
use std::net::Ipv4Addr;

use engine::Compat;

use crate::Lab;
use crate::scenario::Scenario;

/// A file of the folder.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct File {
    /// Its path in the folder, `/` between the parts.
    pub path: String,
    /// What is in it.
    pub text: String,
    /// Whether it is a program.
    pub executable: bool,
}

/// The files of a lab's folder: the disks of all its hosts, those that were added included, the lines
/// of the opening, those of the history.
#[must_use]
pub fn folder(lab: &Lab) -> Vec<File> {
    let scenario = &Scenario { hosts: lab.hosts().to_vec(), ..lab.scenario().clone() };
    let mut files = vec![
        file("README.md", readme(scenario)),
        File { executable: true, ..file("lab.sh", include_str!("lab.sh").into()) },
        file("hosts.sh", hosts(scenario)),
        file("opening.sh", commands::opening(scenario)),
        file("commands.sh", commands::history(scenario, lab.history())),
        file("compose.yaml", compose(scenario)),
    ];
    for host in &scenario.hosts {
        for (name, text) in scenario.files.iter().chain(&host.files) {
            let path = format!("hosts/{}/{name}", host.ip);
            files.retain(|it| it.path != path);
            files.push(file(&path, text.clone()));
        }
    }
    files
}

fn file(path: &str, text: String) -> File {
    File { path: path.into(), text, executable: false }
}

/// The port that the scenario's servers listen on.
fn port(scenario: &Scenario) -> u16 {
    let texts = scenario.files.iter().map(|(_, text)| text);
    let mut lines = texts.flat_map(|text| text.lines());
    lines.find_map(|line| line.trim().strip_prefix("port ")?.trim().parse().ok()).unwrap_or(6379)
}

const fn image(compat: Compat) -> &'static str {
    match compat {
        Compat::V7_0 => "redis:7.0",
        Compat::V8_2 => "redis:8.2",
    }
}

/// `text` as one word of a shell.
fn quoted(text: &str) -> String {
    format!("'{}'", text.replace('\'', r"'\''"))
}

fn hosts(scenario: &Scenario) -> String {
    let ips: Vec<_> = scenario.hosts.iter().map(|host| host.ip.to_string()).collect();
    let mut text = String::from(
        "# The hosts, in the order of their ports, and the servers' port in the lab.\n",
    );
    let _ = writeln!(text, "HOSTS={}\nPORT={}", quoted(&ips.join(" ")), port(scenario));
    for (name, value) in &scenario.env {
        let _ = writeln!(text, "export {name}={}", quoted(value));
    }
    text
}

fn compose(scenario: &Scenario) -> String {
    let ips: Vec<_> = scenario.hosts.iter().map(|host| host.ip).collect();
    let (subnet, gateway) = network(&ips);
    let mut text = String::from(
        "# Every host of the lab as a container with the lab's own address. IMAGE=valkey/valkey:8 takes another server.\n\
         services:\n",
    );
    for ip in &ips {
        let _ = write!(
            text,
            "  node-{}:\n    image: ${{IMAGE:-{}}}\n    command: redis-server redis.conf --daemonize no --logfile redis.log\n    \
             working_dir: /data\n    volumes:\n      - ./data/{ip}:/data\n    networks:\n      lab:\n        ipv4_address: {ip}\n",
            ip.to_string().replace('.', "-"),
            image(scenario.compat),
        );
    }
    let _ = write!(
        text,
        "networks:\n  lab:\n    ipam:\n      config:\n        - subnet: {subnet}\n          gateway: {gateway}\n",
    );
    text
}

/// The smallest network of /24 or wider that has all hosts, and an address in it that none of them has.
fn network(ips: &[Ipv4Addr]) -> (String, Ipv4Addr) {
    let bits: Vec<u32> = ips.iter().map(|&ip| ip.into()).collect();
    let first = bits.first().copied().unwrap_or(0);
    let differ = bits.iter().fold(0xff, |all, it| all | (it ^ first));
    let free = differ.leading_zeros();
    let mask = u32::MAX.checked_shl(32 - free).unwrap_or(0);
    let last = (first & mask) | !mask;
    let gateway = (1..).map(|below| last - below).find(|it| !bits.contains(it)).unwrap_or(last);
    (format!("{}/{free}", Ipv4Addr::from(first & mask)), gateway.into())
}

fn readme(scenario: &Scenario) -> String {
    let mut text = format!(
        "# {}, on real servers\n\n\
         The cluster of a Failover Lab, and what was typed in it, for `redis-server` on this machine (Linux, macOS) or for containers.\n\n\
         \x20   ./lab.sh up            starts the servers and builds the cluster\n\
         \x20   ./lab.sh play          what was typed, line by line: Enter runs the next one\n\
         \x20   ./lab.sh cli HOST ...  redis-cli as on that host\n\
         \x20   ./lab.sh clean         ends the servers and deletes their files\n\n\
         `MODE=compose ./lab.sh up` takes containers ({} unless `IMAGE` says otherwise) with the lab's own addresses.\n\
         Without it each host is a port of 127.0.0.1:\n\n\
         | host | port |\n|---|---|\n",
        scenario.name,
        image(scenario.compat),
    );
    for (host, port) in scenario.hosts.iter().zip(7001..) {
        let _ = writeln!(text, "| {} | {port} |", host.ip);
    }
    text.push_str(
        "\n`BASE_PORT` moves them. Each server also takes the port 10000 above. Files of the hosts: `hosts/` as they start, `data/` while they run \
         (redis.log, nodes.conf). `opening.sh` builds the cluster, `commands.sh` is what was typed; what real servers do not have \
         (`load`, `fault`, `host`, cut cables) stands there as a remark.\n",
    );
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_network_holds_all_hosts_and_leaves_an_address_to_its_gateway() {
        let ip = |c, d| Ipv4Addr::new(10, 0, c, d);
        assert_eq!(network(&[ip(0, 1), ip(0, 2)]), ("10.0.0.0/24".into(), ip(0, 254)));
        assert_eq!(network(&[ip(0, 254)]), ("10.0.0.0/24".into(), ip(0, 253)));
        assert_eq!(network(&[ip(0, 1), ip(1, 1)]), ("10.0.0.0/23".into(), ip(1, 254)));
    }

    #[test]
    fn each_host_has_the_files_of_all_and_its_own() {
        let scenario = Scenario::built_in("walkthrough").unwrap();
        let files = folder(&Lab::open(&scenario, 1));
        let find = |path: &str| files.iter().find(|it| it.path == path);
        assert!(find("hosts/192.168.0.6/redis.conf").unwrap().text.contains("masterauth redis"));
        assert!(find("hosts/192.168.0.6/nodes.conf").unwrap().text.contains("1a26d03a8f9e"));
        assert!(find("lab.sh").unwrap().executable);
        let hosts = &find("hosts.sh").unwrap().text;
        assert!(hosts.contains("PORT=6379\nexport REDISCLI_AUTH='redis'\n"), "{hosts}");
        let compose = &find("compose.yaml").unwrap().text;
        assert!(
            compose.contains("  node-192-168-0-6:\n    image: ${IMAGE:-redis:8.2}\n"),
            "{compose}"
        );
    }
}
