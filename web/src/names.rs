//! How hosts are called on the page, and which host a node id belongs to.

use std::collections::BTreeMap;

use bridge::HostInfo;

/// Names of the hosts of one lab.
#[derive(Debug, Clone, Default)]
pub struct Names {
    ips: Vec<String>,
    shorts: Vec<String>,
    by_id: BTreeMap<String, usize>,
}

impl Names {
    /// Names for these hosts: the part of the address that differs is enough where space is short.
    pub fn new(hosts: &[HostInfo]) -> Self {
        let mut names = Self::default();
        names.rename(hosts);
        names
    }

    /// From here on these are the hosts; what is known of node ids stays.
    pub fn rename(&mut self, hosts: &[HostInfo]) {
        self.ips = hosts.iter().map(|host| host.ip.clone()).collect();
        let common = common_octets(&self.ips);
        self.shorts = self.ips.iter().map(|ip| ip[common..].to_owned()).collect();
    }

    /// The whole address.
    pub fn ip(&self, host: usize) -> &str {
        self.ips.get(host).map_or("?", String::as_str)
    }

    /// What differs from the others, such as `.161`.
    pub fn short(&self, host: usize) -> &str {
        self.shorts.get(host).map_or("?", String::as_str)
    }

    /// The host of this address, or the first one whose address ends like this.
    pub fn find(&self, wanted: &str) -> Option<usize> {
        let ends = |it: &&usize| !wanted.is_empty() && self.ips[**it].ends_with(wanted);
        let all: Vec<usize> = (0..self.ips.len()).collect();
        let whole = all.iter().find(|it| self.ips[**it] == wanted || self.shorts[**it] == wanted);
        whole.or_else(|| all.iter().find(ends)).copied()
    }

    /// The host whose server has, or had, this node id.
    pub fn host(&self, id: &str) -> Option<usize> {
        self.by_id.get(id).copied()
    }

    /// The host of an address such as `192.168.0.6:6379`.
    pub fn host_at(&self, addr: &str) -> Option<usize> {
        let ip = addr.rsplit_once(':').map_or(addr, |(ip, _)| ip);
        self.ips.iter().position(|it| it == ip)
    }

    /// Whether this id is known to belong to this host.
    pub fn knows(&self, id: &str, host: usize) -> bool {
        self.host(id) == Some(host)
    }

    /// Learns a node id.
    pub fn learn(&mut self, id: &str, host: usize) {
        self.by_id.insert(id.to_owned(), host);
    }
}

/// Length of the common beginning of all addresses, up to the dot before the last octet that
/// they share.
fn common_octets(ips: &[String]) -> usize {
    let Some((first, rest)) = ips.split_first() else { return 0 };
    let mut dots = first.char_indices().rev().filter(|&(_, c)| c == '.').map(|(at, _)| at);
    if rest.is_empty() {
        return 0;
    }
    dots.find(|&at| rest.iter().all(|ip| ip.get(..=at) == first.get(..=at))).unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(ips: &[&str]) -> Names {
        let host = |ip: &&str| HostInfo { ip: (*ip).to_owned(), port: 6379 };
        Names::new(&ips.iter().map(host).collect::<Vec<_>>())
    }

    #[test]
    fn short_names_keep_what_differs() {
        let names = names(&["192.168.0.161", "192.168.0.13", "192.168.0.6"]);
        assert_eq!((names.short(0), names.short(2)), (".161", ".6"));
    }

    #[test]
    fn host_is_found_by_the_end_of_its_address() {
        let names = names(&["10.0.0.11", "10.0.0.1", "10.0.0.21"]);
        assert_eq!(names.find(".1"), Some(1));
        assert_eq!(names.find("21"), Some(2));
        assert_eq!(names.find("10.0.0.11"), Some(0));
        assert_eq!((names.find(""), names.find("x")), (None, None));
    }

    #[test]
    fn hosts_without_a_common_beginning_keep_their_address() {
        let names = names(&["10.0.0.1", "192.168.0.1"]);
        assert_eq!(names.short(1), "192.168.0.1");
    }
}
