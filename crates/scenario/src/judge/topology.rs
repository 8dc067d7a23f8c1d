//! Which cluster a seed stands for.

use engine::time::Span;
use engine::{Compat, Rng};
use sim::LinkSettings;

use super::Settings;
use crate::scenario::{Plain, Scenario};

const NODE_TIMEOUTS_MS: [u64; 4] = [1000, 2000, 5000, 15000];

/// A cluster of 6 to 12 nodes with at least three masters.
pub(super) fn topology(settings: &Settings, rng: &mut Rng) -> Scenario {
    let nodes = settings.nodes.unwrap_or(6 + rng.below(7) as u8).max(3);
    let most = nodes / 3 - 1;
    let replicas =
        settings.replicas.unwrap_or(rng.below(u64::from(most) + 1) as u8 + u8::from(most > 0));
    let replicas = replicas.min(most);
    let plain = Plain {
        compat: if rng.below(2) == 0 { Compat::V7_0 } else { Compat::V8_2 },
        masters: nodes / (1 + replicas),
        replicas,
        node_timeout: NODE_TIMEOUTS_MS[rng.below(4) as usize],
        link: LinkSettings {
            latency: Span(100 + rng.below(4900)),
            jitter: Span(rng.below(500)),
            loss_ppm: 0,
            blocked: false,
        },
        config: String::new(),
    };
    plain.scenario()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_seed_stands_for_a_cluster_that_can_be_made() {
        let settings = Settings { nodes: None, replicas: None, clients: 0, span: Span(0) };
        for seed in 0..200 {
            let scenario = topology(&settings, &mut Rng::new(seed));
            assert!(
                (6..=12).contains(&scenario.hosts.len()),
                "seed {seed}: {}",
                scenario.hosts.len()
            );
        }
    }
}
