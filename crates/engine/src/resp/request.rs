//! Requests out of a byte stream: multi-bulk and inline.

use alloc::format;
use alloc::string::String;
use alloc::vec::Vec;

use crate::resp::number::parse_i64;
use crate::resp::quoting::split_words;

/// The longest line that Redis waits the end of, in bytes.
const MAX_LINE: usize = 64 * 1024;
/// `proto-max-bulk-len`, in bytes.
const MAX_BULK: i64 = 512 * 1024 * 1024;

/// Who is speaking, which decides how much it may ask for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Trust {
    /// A client that passed AUTH, or one that needs none.
    Client,
    /// A client that has yet to pass AUTH: only small requests.
    Stranger,
    /// Our master.
    Master,
}

/// What a buffer starts with.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Parsed {
    /// Not yet a whole request.
    Incomplete,
    /// A request, with the number of bytes that it takes. Empty requests (a bare line end) have no
    /// arguments and are to be skipped.
    Request {
        /// Name and arguments.
        argv: Vec<Vec<u8>>,
        /// Bytes that it takes in the buffer.
        used: usize,
    },
    /// Not the protocol. The text follows `Protocol error: ` and the connection ends.
    Error(String),
}

/// Reads one request from the start of `buffer`.
pub(crate) fn parse(buffer: &[u8], trust: Trust) -> Parsed {
    let result = match buffer.first() {
        None => return Parsed::Incomplete,
        Some(b'*') => multi_bulk(buffer, trust),
        Some(_) => inline(buffer),
    };
    match result {
        Ok(Some((argv, used))) => Parsed::Request { argv, used },
        Ok(None) => Parsed::Incomplete,
        Err(complaint) => Parsed::Error(complaint),
    }
}

type Outcome = Result<Option<(Vec<Vec<u8>>, usize)>, String>;

fn inline(buffer: &[u8]) -> Outcome {
    let Some(end) = buffer.iter().position(|&b| b == b'\n') else {
        let too_long = buffer.len() > MAX_LINE;
        return if too_long { Err("too big inline request".into()) } else { Ok(None) };
    };
    let line = buffer[..end].strip_suffix(b"\r").unwrap_or(&buffer[..end]);
    let argv = split_words(line).ok_or("unbalanced quotes in request")?;
    Ok(Some((argv, end + 1)))
}

fn multi_bulk(buffer: &[u8], trust: Trust) -> Outcome {
    let Some((head, mut at)) = line(buffer, 0, "too big mbulk count string")? else {
        return Ok(None);
    };
    let count = parse_i64(&head[1..])
        .filter(|&count| count <= i64::from(i32::MAX))
        .ok_or("invalid multibulk length")?;
    if count > 10 && trust == Trust::Stranger {
        return Err("unauthenticated multibulk length".into());
    }
    let mut argv = Vec::new();
    for _ in 0..count {
        let Some((arg, after)) = bulk(buffer, at, trust)? else { return Ok(None) };
        argv.push(arg.to_vec());
        at = after;
    }
    Ok(Some((argv, at)))
}

/// The bulk string at `at` and where it ends.
fn bulk(buffer: &[u8], at: usize, trust: Trust) -> Result<Option<(&[u8], usize)>, String> {
    let Some((head, start)) = line(buffer, at, "too big bulk count string")? else {
        return Ok(None);
    };
    if head.first() != Some(&b'$') {
        let found = head.first().copied().unwrap_or(b'\r');
        return Err(format!("expected '$', got '{}'", char::from(found)));
    }
    let allowed = |&len: &i64| len >= 0 && (len <= MAX_BULK || trust == Trust::Master);
    let len = parse_i64(&head[1..]).filter(allowed).ok_or("invalid bulk length")?;
    if len > 16384 && trust == Trust::Stranger {
        return Err("unauthenticated bulk length".into());
    }
    let end = start + len as usize;
    Ok((buffer.len() >= end + 2).then(|| (&buffer[start..end], end + 2)))
}

/// The line at `at` without its CRLF, and where the next one starts. Redis looks for the CR only.
fn line<'a>(
    buffer: &'a [u8],
    at: usize,
    complaint: &str,
) -> Result<Option<(&'a [u8], usize)>, String> {
    let rest = &buffer[at..];
    match rest.iter().position(|&b| b == b'\r') {
        Some(end) if rest.len() > end + 1 => Ok(Some((&rest[..end], at + end + 2))),
        Some(_) => Ok(None),
        None if rest.len() > MAX_LINE => Err(complaint.into()),
        None => Ok(None),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn request(bytes: &[u8]) -> (Vec<Vec<u8>>, usize) {
        match parse(bytes, Trust::Client) {
            Parsed::Request { argv, used } => (argv, used),
            other => panic!("{other:?}"),
        }
    }

    fn error(bytes: &[u8], trust: Trust) -> String {
        match parse(bytes, trust) {
            Parsed::Error(complaint) => complaint,
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn a_request_cut_anywhere_is_incomplete_until_its_last_byte() {
        let whole = b"*3\r\n$3\r\nSET\r\n$1\r\nk\r\n$2\r\n\r\n\r\n";
        for cut in 0..whole.len() {
            assert_eq!(parse(&whole[..cut], Trust::Client), Parsed::Incomplete, "{cut}");
        }
        let (argv, used) = request(whole);
        assert_eq!(argv, [&b"SET"[..], b"k", b"\r\n"]);
        assert_eq!(used, whole.len());
    }

    #[test]
    fn inline_requests_end_at_a_newline_and_may_be_empty() {
        assert_eq!(request(b"PING x\r\nrest"), ([&b"PING"[..], b"x"].map(Vec::from).into(), 8));
        assert_eq!(request(b"\n"), (Vec::new(), 1));
        assert_eq!(request(b"*0\r\n"), (Vec::new(), 4));
        assert_eq!(request(b"*-1\r\n"), (Vec::new(), 5));
    }

    #[test]
    fn protocol_errors_have_the_words_of_redis() {
        let cases: [(&[u8], &str); 7] = [
            (b"*x\r\n", "invalid multibulk length"),
            (b"*3000000000\r\n", "invalid multibulk length"),
            (b"*1\r\n:1\r\n", "expected '$', got ':'"),
            (b"*1\r\n$-1\r\n", "invalid bulk length"),
            (b"*1\r\n$536870913\r\n", "invalid bulk length"),
            (b"get \"x\r\n", "unbalanced quotes in request"),
            (&[b'a'; 70_000], "too big inline request"),
        ];
        for (bytes, complaint) in cases {
            assert_eq!(error(bytes, Trust::Client), complaint);
        }
    }

    #[test]
    fn a_client_that_did_not_pass_auth_may_not_ask_for_much() {
        assert_eq!(error(b"*11\r\n", Trust::Stranger), "unauthenticated multibulk length");
        assert_eq!(error(b"*1\r\n$16385\r\n", Trust::Stranger), "unauthenticated bulk length");
        assert_eq!(parse(b"*11\r\n", Trust::Client), Parsed::Incomplete);
    }
}
