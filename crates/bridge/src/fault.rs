//! Faults of the network with an aim.

use serde::{Deserialize, Serialize};

/// Which connections.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Ports {
    /// All.
    Any,
    /// To a port that serves clients and replicas.
    Client,
    /// To a port of the cluster bus.
    Bus,
    /// To this port.
    One(u16),
}

/// What is to be lost.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Loss {
    /// Only what this host sends (index).
    pub from: Option<usize>,
    /// Only what this host would receive (index).
    pub to: Option<usize>,
    /// Only on these connections.
    pub ports: Ports,
    /// Only bus messages of these kinds, by Redis's names; none: everything.
    pub kinds: Vec<String>,
    /// For so many virtual milliseconds.
    pub for_ms: Option<f64>,
    /// Only so many.
    pub count: Option<u32>,
}

/// One direction of a link.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct LinkState {
    /// Milliseconds.
    pub latency_ms: f64,
    /// Milliseconds, added at most.
    pub jitter_ms: f64,
    /// Percent of segments.
    pub loss: f64,
    /// Nothing passes.
    pub blocked: bool,
}

/// All faults of the network that last.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Faults {
    /// What is lost.
    pub losses: Vec<LossFrame>,
    /// Links that are not as usual. Those of hosts that are cut off are left out.
    pub links: Vec<LinkFrame>,
    /// Hosts that are cut off from all others (indices).
    pub cut: Vec<usize>,
    /// A link that nobody changed.
    pub usual: LinkState,
}

/// A loss that lasts.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct LossFrame {
    /// Its number in the lab.
    pub id: u32,
    /// What is lost; `for_ms` as it was set.
    pub loss: Loss,
    /// When it ends by itself, virtual milliseconds.
    pub until_ms: Option<f64>,
    /// How many packets were lost so far.
    pub lost: u32,
}

/// A link, and what it is usually like.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct LinkFrame {
    /// Index of the host.
    pub from: usize,
    /// Index of the host.
    pub to: usize,
    /// What it is like.
    pub state: LinkState,
    /// What it is like when nothing was done to it.
    pub usual: LinkState,
}
