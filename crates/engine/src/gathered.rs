//! Maps and sets of a snapshot, read entry by entry. Borsh gathers the entries and sorts them, with a
//! sort of its own for each type: that would be a twentieth of what the page downloads.

use borsh::BorshDeserialize;
use borsh::io::{Read, Result};

/// Reads a map or a set, for `#[borsh(deserialize_with = "gathered::read")]`.
pub(crate) fn read<C, R>(reader: &mut R) -> Result<C>
where
    C: Default + IntoIterator + Extend<C::Item>,
    C::Item: BorshDeserialize,
    R: Read,
{
    let count = u32::deserialize_reader(reader)?;
    let mut all = C::default();
    for _ in 0..count {
        all.extend(Some(C::Item::deserialize_reader(reader)?));
    }
    Ok(all)
}

#[cfg(test)]
mod tests {
    use alloc::collections::{BTreeMap, BTreeSet};
    use alloc::string::String;

    use super::*;

    #[test]
    fn what_borsh_wrote_is_read() {
        let map = BTreeMap::from([(1_u16, b"one".to_vec()), (7, b"seven".to_vec())]);
        let bytes = borsh::to_vec(&map).expect("memory takes it");
        assert_eq!(read::<BTreeMap<u16, _>, _>(&mut &bytes[..]).expect("it is whole"), map);
        let set = BTreeSet::from([String::from("a"), String::from("b")]);
        let bytes = borsh::to_vec(&set).expect("memory takes it");
        assert_eq!(read::<BTreeSet<_>, _>(&mut &bytes[..]).expect("it is whole"), set);
        assert!(read::<BTreeSet<String>, _>(&mut &bytes[..6]).is_err());
    }
}
