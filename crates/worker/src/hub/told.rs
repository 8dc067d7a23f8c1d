//! Which entries of the nodes' tables a frame tells: all of them in a small lab, in a large one only
//! those that changed.

use std::collections::BTreeMap;

use engine::View;
use engine::view::PeerView;
use sim::Pid;

/// With more hosts than this, only changes are told.
const SMALL: usize = 24;

/// What the page was told of each server's table.
#[derive(Debug, Default)]
pub(crate) struct Told(BTreeMap<Pid, Vec<PeerView>>);

impl Told {
    /// The entries to tell now, and whether these are only the ones that changed.
    pub(crate) fn changed<'a>(&mut self, pid: Pid, view: &'a View) -> (Vec<&'a PeerView>, bool) {
        let all = || view.peers.iter().collect();
        if view.peers.len() < SMALL {
            return (all(), false);
        }
        let told = self.0.get(&pid).filter(|told| {
            let ids = told.iter().map(|it| it.id);
            told.len() == view.peers.len() && ids.eq(view.peers.iter().map(|it| it.id))
        });
        let Some(told) = told else {
            self.0.insert(pid, view.peers.clone());
            return (all(), false);
        };
        let pairs = view.peers.iter().zip(told);
        let changed: Vec<_> = pairs.filter(|(now, told)| !same(now, told)).map(|it| it.0).collect();
        if !changed.is_empty() {
            self.0.insert(pid, view.peers.clone());
        }
        (changed, true)
    }
}

/// Whether two entries are equal, the times of PING and PONG apart.
fn same(one: &PeerView, two: &PeerView) -> bool {
    one.flags == two.flags
        && one.connected == two.connected
        && one.config_epoch == two.config_epoch
        && one.master == two.master
        && one.addr == two.addr
        && one.slots == two.slots
        && one.reports == two.reports
}
