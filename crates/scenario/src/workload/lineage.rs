//! Replication histories: which one goes on where another one left off.

use std::collections::BTreeMap;

/// A place in the tree of histories: all of a branch up to an offset, and what its parents had where
/// it left them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Place {
    pub(super) branch: u32,
    pub(super) offset: u64,
}

/// The offset of whoever writes a history: all of it, whatever is added.
pub(super) const HEAD: u64 = u64::MAX;

/// All histories that were seen.
#[derive(Debug, Clone, Default)]
pub(super) struct Lineage {
    /// By branch, where it left its parent.
    parents: Vec<Option<Place>>,
    /// By replication id.
    ids: BTreeMap<String, u32>,
}

impl Lineage {
    /// The branch of a replication id, if it was seen.
    pub(super) fn find(&self, id: &str) -> Option<u32> {
        self.ids.get(id).copied()
    }

    /// A new branch.
    pub(super) fn add(&mut self, id: &str, parent: Option<Place>) -> u32 {
        let branch = u32::try_from(self.parents.len()).unwrap_or(u32::MAX);
        self.parents.push(parent);
        self.ids.insert(id.to_owned(), branch);
        branch
    }

    /// Up to which offset of a branch somebody at `place` has it; none if not at all.
    pub(super) fn reach(&self, place: Place, branch: u32) -> Option<u64> {
        let Place { branch: mut at, mut offset } = place;
        while at != branch {
            let parent = (*self.parents.get(usize::try_from(at).ok()?)?)?;
            at = parent.branch;
            offset = offset.min(parent.offset);
        }
        Some(offset)
    }

    /// Whether somebody at `place` has what was written at `write`.
    pub(super) fn has(&self, place: Place, write: Place) -> bool {
        self.reach(place, write.branch).is_some_and(|offset| write.offset <= offset)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_branch_has_what_its_parent_had_where_it_left_it() {
        let mut lineage = Lineage::default();
        let old = lineage.add("a", None);
        let new = lineage.add("b", Some(Place { branch: old, offset: 100 }));
        let newer = lineage.add("c", Some(Place { branch: new, offset: 150 }));
        let other = lineage.add("d", None);
        let head = |branch| Place { branch, offset: HEAD };
        let write = |branch, offset| Place { branch, offset };
        assert!(lineage.has(head(new), write(old, 100)));
        assert!(!lineage.has(head(new), write(old, 101)));
        assert!(lineage.has(head(old), write(old, 101)));
        assert!(lineage.has(head(newer), write(old, 100)));
        assert!(lineage.has(head(newer), write(new, 150)));
        assert!(!lineage.has(head(newer), write(new, 151)));
        assert!(!lineage.has(head(other), write(old, 1)));
        // A replica that follows the new branch and has not yet all of the old one.
        assert!(!lineage.has(write(new, 90), write(old, 95)));
        assert_eq!(lineage.find("c"), Some(newer));
    }
}
