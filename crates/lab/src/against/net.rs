//! Addresses of the scenario and those of this machine that stand for them.
//!
//! Host `10.0.0.4` is `127.N.0.4`, where N belongs to one run alone. Behind a proxy the server
//! itself is at `127.N+1.0.4`.

use std::net::{Ipv4Addr, SocketAddrV4, TcpListener};

use crate::Failure;

/// Held on an address of the net that no host has, so that no second run takes the same N.
const LOCK_PORT: u16 = 26_000;
const LOAD_PORT: u16 = 26_001;

/// The nets of one run.
#[derive(Debug)]
pub struct Net {
    second: u8,
    hosts: Vec<Ipv4Addr>,
    _lock: TcpListener,
}

impl Net {
    /// Takes nets that are free.
    ///
    /// # Errors
    /// When there is none, or two hosts share the last half of their addresses.
    pub fn take(hosts: &[Ipv4Addr]) -> Result<Self, Failure> {
        for (at, a) in hosts.iter().enumerate() {
            if hosts[..at].iter().any(|b| a.octets()[2..] == b.octets()[2..]) {
                return Err(Failure(format!(
                    "two hosts end like {a}; give each another last half to run on 127.0.0.0/8"
                )));
            }
        }
        for second in (26..200).step_by(2) {
            let lock = SocketAddrV4::new(Ipv4Addr::new(127, second, 255, 254), LOCK_PORT);
            if let Ok(lock) = TcpListener::bind(lock) {
                return Ok(Self { second, hosts: hosts.to_vec(), _lock: lock });
            }
        }
        Err(Failure("no net of 127.0.0.0/8 is free; is this Linux?".into()))
    }

    /// Where a host is on this machine.
    #[must_use]
    pub fn public(&self, host: Ipv4Addr) -> Ipv4Addr {
        let [_, _, c, d] = host.octets();
        Ipv4Addr::new(127, self.second, c, d)
    }

    /// Where `load` is carried out: on an address that no host has.
    #[must_use]
    pub const fn load(&self) -> SocketAddrV4 {
        SocketAddrV4::new(Ipv4Addr::new(127, self.second, 255, 254), LOAD_PORT)
    }

    /// Where its server listens when a proxy has the host's address.
    #[must_use]
    pub fn hidden(&self, host: Ipv4Addr) -> Ipv4Addr {
        let [_, _, c, d] = host.octets();
        Ipv4Addr::new(127, self.second + 1, c, d)
    }

    /// The host that has this address on this machine.
    #[must_use]
    pub fn host(&self, real: Ipv4Addr) -> Option<Ipv4Addr> {
        let is = |host: &&Ipv4Addr| self.public(**host) == real || self.hidden(**host) == real;
        self.hosts.iter().find(is).copied()
    }

    /// `text` as it is typed on this machine, at the console of `here`.
    #[must_use]
    pub fn to_real(&self, text: &str, here: Ipv4Addr) -> String {
        replace_addresses(text, |ip| match ip {
            Ipv4Addr::LOCALHOST => Some(self.public(here)),
            _ => self.hosts.contains(&ip).then(|| self.public(ip)),
        })
    }

    /// `text` as the scenario would show it.
    #[must_use]
    pub fn to_scenario(&self, text: &str) -> String {
        replace_addresses(text, |ip| self.host(ip))
    }
}

/// `text` with each whole address replaced, where `change` gives another.
fn replace_addresses(text: &str, change: impl Fn(Ipv4Addr) -> Option<Ipv4Addr>) -> String {
    let mut replaced = String::new();
    let mut word = String::new();
    for it in text.chars().chain(['\0']) {
        if it.is_ascii_digit() || it == '.' {
            word.push(it);
            continue;
        }
        let (address, dots) = word.split_at(word.trim_end_matches('.').len());
        match address.parse().ok().and_then(&change) {
            Some(other) => replaced.push_str(&other.to_string()),
            None => replaced.push_str(address),
        }
        replaced.push_str(dots);
        replaced.push(it);
        word.clear();
    }
    replaced.pop();
    replaced
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_are_replaced_as_a_whole_and_back() {
        let [a, b] = [Ipv4Addr::new(10, 0, 0, 1), Ipv4Addr::new(10, 0, 0, 16)];
        let net = Net::take(&[a, b]).unwrap();
        let n = net.second;
        let text = "MOVED 7 10.0.0.16:6379, 10.0.0.1 and 10.0.0.161. 127.0.0.1.";
        let real = net.to_real(text, b);
        assert_eq!(
            real,
            format!("MOVED 7 127.{n}.0.16:6379, 127.{n}.0.1 and 10.0.0.161. 127.{n}.0.16.")
        );
        let back = "MOVED 7 10.0.0.16:6379, 10.0.0.1 and 10.0.0.161. 10.0.0.16.";
        assert_eq!(net.to_scenario(&real), back);
        assert_eq!(net.to_scenario(&net.hidden(a).to_string()), "10.0.0.1");
    }

    #[test]
    fn two_runs_have_two_nets() {
        let a = Ipv4Addr::new(10, 0, 0, 1);
        let (one, other) = (Net::take(&[a]).unwrap(), Net::take(&[a]).unwrap());
        assert_ne!(one.public(a), other.public(a));
        assert!(Net::take(&[a, Ipv4Addr::new(192, 168, 0, 1)]).is_err());
    }
}
