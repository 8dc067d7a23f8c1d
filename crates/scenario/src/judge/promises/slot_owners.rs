//! Once all is healed, no two masters own a slot. Two that claimed it at the same config epoch could
//! never decide who is right, so this is what resolving collisions of epochs is for: TAKEOVER makes
//! them, in Redis too, and they last only until the two nodes hear of each other.

use engine::event::Role;

use super::{Promise, Seen};

#[derive(Debug)]
pub(super) struct SlotOwners;

impl Promise for SlotOwners {
    fn text(&self) -> &'static str {
        "settled masters do not own the same slot"
    }

    fn settled(&mut self, nodes: &[Seen]) -> Result<(), String> {
        let masters: Vec<_> = nodes.iter().filter(|it| it.view.role == Role::Master).collect();
        for (at, one) in masters.iter().enumerate() {
            for other in &masters[at + 1..] {
                let shared = one.view.slots.iter().find(|(first, last)| {
                    other.view.slots.iter().any(|(from, to)| from <= last && to >= first)
                });
                if let Some((first, last)) = shared {
                    return Err(format!(
                        "{} (epoch {}) and {} (epoch {}) own slots of {first}-{last}",
                        one.ip, one.view.config_epoch, other.ip, other.view.config_epoch
                    ));
                }
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::super::testing::seen;
    use super::*;

    #[test]
    fn a_slot_with_two_owners_breaks_it() {
        let (mut one, mut other) = (seen(1), seen(2));
        one.view.slots = vec![(0, 100)];
        other.view.slots = vec![(101, 200)];
        assert!(SlotOwners.settled(&[one.clone(), other.clone()]).is_ok());
        other.view.slots = vec![(100, 200)];
        assert!(SlotOwners.settled(&[one, other]).is_err());
    }
}
