//! At the same place in the same replication history, a replica has the keys of its master.

use super::{Promise, Seen};

#[derive(Debug)]
pub(super) struct ReplicaData;

impl Promise for ReplicaData {
    fn text(&self) -> &'static str {
        "a replica's data equals its master's at the same offset"
    }

    fn look(&mut self, nodes: &[Seen]) -> Result<(), String> {
        for replica in nodes {
            let link = replica.view.master_link.as_ref();
            if link.is_none_or(|link| link.state != "connected") {
                continue;
            }
            let master = nodes.iter().find(|it| Some(it.view.id) == replica.view.master);
            let Some(master) = master else { continue };
            let place = |node: &Seen| (node.view.replid.clone(), node.view.offset);
            if place(master) == place(replica) && master.data != replica.data {
                return Err(format!(
                    "{} and its master {} are both at {:?} with other data",
                    replica.ip,
                    master.ip,
                    place(master)
                ));
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use engine::view::MasterLinkView;

    use super::super::testing::seen;
    use super::*;

    #[test]
    fn other_data_at_the_same_offset_breaks_it() {
        let (master, mut replica) = (seen(1), seen(2));
        replica.view.master = Some(master.view.id);
        replica.view.master_link = Some(MasterLinkView {
            to: "10.0.0.1:6379".parse().expect("an address"),
            state: "connected".into(),
            last_io: None,
        });
        assert!(ReplicaData.look(&[master.clone(), replica.clone()]).is_ok());
        replica.data = b"more".to_vec();
        assert!(ReplicaData.look(&[master.clone(), replica.clone()]).is_err());
        replica.view.offset = 1;
        assert!(ReplicaData.look(&[master, replica]).is_ok());
    }
}
