//! The replication stream: commands as RESP arrays, one after the other.

use alloc::string::ToString;
use alloc::vec::Vec;
use core::str;

/// What stands next in a stream.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Next {
    /// A whole command, and how many bytes it took. No arguments for an empty line.
    Command(Vec<Vec<u8>>, usize),
    /// More bytes are needed.
    Incomplete,
    /// Not an array.
    Inline,
    /// An array, but a damaged one.
    Damaged,
}

/// Arguments that no server sends: whoever asks for more is not one.
const MAX_ARGUMENTS: i64 = 1024 * 1024;
const MAX_BULK: i64 = 512 * 1024 * 1024;

/// Reads the first command of `bytes`.
pub(super) fn next(bytes: &[u8]) -> Next {
    let mut at = 0;
    match parse(bytes, &mut at) {
        Ok(argv) => Next::Command(argv, at),
        Err(stop) => stop,
    }
}

fn parse(bytes: &[u8], at: &mut usize) -> Result<Vec<Vec<u8>>, Next> {
    let head = line(bytes, at)?;
    if head.is_empty() {
        return Ok(Vec::new());
    }
    let count = number(head, b'*').ok_or(match head[0] {
        b'*' => Next::Damaged,
        _ => Next::Inline,
    })?;
    if count > MAX_ARGUMENTS {
        return Err(Next::Damaged);
    }
    let mut argv = Vec::new();
    for _ in 0..count.max(0) {
        let len = number(line(bytes, at)?, b'$').ok_or(Next::Damaged)?;
        if !(0..=MAX_BULK).contains(&len) {
            return Err(Next::Damaged);
        }
        let end = *at + len as usize;
        if bytes.len() < end + 2 {
            return Err(Next::Incomplete);
        }
        argv.push(bytes[*at..end].to_vec());
        *at = end + 2;
    }
    Ok(argv)
}

/// The bytes up to the next line end, which is passed over.
fn line<'a>(bytes: &'a [u8], at: &mut usize) -> Result<&'a [u8], Next> {
    let rest = &bytes[*at..];
    let end = rest.iter().position(|&byte| byte == b'\n').ok_or(Next::Incomplete)?;
    *at += end + 1;
    Ok(rest[..end].strip_suffix(b"\r").unwrap_or(&rest[..end]))
}

fn number(line: &[u8], mark: u8) -> Option<i64> {
    str::from_utf8(line.strip_prefix(&[mark])?).ok()?.parse().ok()
}

/// Writes one command.
pub(crate) fn command<A: AsRef<[u8]>>(argv: &[A]) -> Vec<u8> {
    let mut out = Vec::new();
    head(&mut out, b'*', argv.len());
    for arg in argv {
        let arg = arg.as_ref();
        head(&mut out, b'$', arg.len());
        out.extend_from_slice(arg);
        out.extend_from_slice(b"\r\n");
    }
    out
}

fn head(out: &mut Vec<u8>, mark: u8, len: usize) {
    out.push(mark);
    out.extend_from_slice(len.to_string().as_bytes());
    out.extend_from_slice(b"\r\n");
}

#[cfg(test)]
mod tests {
    use alloc::vec;

    use super::*;

    #[test]
    fn the_usual_commands_have_the_lengths_that_offsets_count() {
        assert_eq!(command(&["ping"]).len(), 14);
        assert_eq!(command(&["SELECT", "0"]).len(), 23);
        assert_eq!(command(&["REPLCONF", "GETACK", "*"]).len(), 37);
        assert_eq!(command(&["MULTI"]).len(), 15);
        assert_eq!(command(&["EXEC"]).len(), 14);
    }

    #[test]
    fn a_command_is_read_only_when_its_last_byte_is_there() {
        let bytes = command(&["SET", "k", "a\r\nb"]);
        for cut in 0..bytes.len() {
            assert_eq!(next(&bytes[..cut]), Next::Incomplete, "cut at {cut}");
        }
        let argv = vec![b"SET".to_vec(), b"k".to_vec(), b"a\r\nb".to_vec()];
        assert_eq!(next(&bytes), Next::Command(argv, bytes.len()));
    }

    #[test]
    fn what_is_no_array_is_told_apart_from_what_is_a_bad_one() {
        assert_eq!(next(b"-ERR no\r\n"), Next::Inline);
        assert_eq!(next(b"*x\r\n"), Next::Damaged);
        assert_eq!(next(b"*1\r\n:4\r\n"), Next::Damaged);
        assert_eq!(next(b"\r\n"), Next::Command(vec![], 2));
    }
}
