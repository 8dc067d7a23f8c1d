//! LZF decompression: real servers compress strings longer than 20 bytes.

use alloc::vec::Vec;

/// Expands `packed` to exactly `len` bytes; none when it is damaged.
pub(super) fn expand(packed: &[u8], len: usize) -> Option<Vec<u8>> {
    let mut out = Vec::with_capacity(len.min(1 << 20));
    let mut at = 0;
    while at < packed.len() {
        let control = usize::from(packed[at]);
        at += 1;
        if control < 32 {
            let literal = packed.get(at..at + control + 1)?;
            out.extend_from_slice(literal);
            at += control + 1;
        } else {
            let mut length = control >> 5;
            if length == 7 {
                length += usize::from(*packed.get(at)?);
                at += 1;
            }
            let back = ((control & 31) << 8) + usize::from(*packed.get(at)?) + 1;
            at += 1;
            let start = out.len().checked_sub(back)?;
            // The copy may overlap what it writes: that is how runs are packed.
            for from in start..start + length + 2 {
                out.push(out[from]);
            }
        }
        if out.len() > len {
            return None;
        }
    }
    (out.len() == len).then_some(out)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_run_is_expanded_from_its_first_byte() {
        // One literal `a`, then a reference of 9 + 2 bytes to one byte back... and a literal tail.
        let packed = [0, b'a', 0xe0, 2, 0, 0, b'b'];
        assert_eq!(expand(&packed, 13).as_deref(), Some(&b"aaaaaaaaaaaab"[..]));
    }

    #[test]
    fn damage_is_noticed() {
        assert_eq!(expand(&[0, b'a', 0xe0, 2, 5], 12), None);
        assert_eq!(expand(&[3, b'a'], 4), None);
        assert_eq!(expand(&[0, b'a'], 2), None);
    }
}
