//! Replies of a server, RESP2 and RESP3.

/// A reply.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Reply {
    Status(String),
    Error(String),
    Integer(i64),
    /// As the server wrote it.
    Double(String),
    Boolean(bool),
    Bulk(Vec<u8>),
    /// Text that is to be shown as it is.
    Verbatim(Vec<u8>),
    Nil,
    Array(Vec<Reply>),
    Set(Vec<Reply>),
    Push(Vec<Reply>),
    Map(Vec<(Reply, Reply)>),
}

impl Reply {
    /// The text of a status, bulk or verbatim reply.
    pub(crate) fn text(&self) -> Option<String> {
        match self {
            Self::Status(text) | Self::Double(text) => Some(text.clone()),
            Self::Bulk(bytes) | Self::Verbatim(bytes) => {
                Some(String::from_utf8_lossy(bytes).into_owned())
            }
            _ => None,
        }
    }

    /// The error, if it is one.
    pub(crate) fn error(&self) -> Option<&str> {
        match self {
            Self::Error(text) => Some(text),
            _ => None,
        }
    }
}

/// The server does not speak RESP.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct ProtocolError;

/// Cuts replies out of the bytes of a connection.
#[derive(Debug, Clone, Default)]
pub(crate) struct Parser {
    bytes: Vec<u8>,
}

impl Parser {
    /// Takes bytes in.
    pub(crate) fn feed(&mut self, bytes: &[u8]) {
        self.bytes.extend_from_slice(bytes);
    }

    /// The next reply, once it is complete.
    pub(crate) fn next(&mut self) -> Result<Option<Reply>, ProtocolError> {
        let mut cursor = Cursor { rest: &self.bytes };
        let reply = cursor.reply()?;
        if reply.is_some() {
            let used = self.bytes.len() - cursor.rest.len();
            self.bytes.drain(..used);
        }
        Ok(reply)
    }
}

struct Cursor<'a> {
    rest: &'a [u8],
}

type Parsed<T> = Result<Option<T>, ProtocolError>;

impl Cursor<'_> {
    fn line(&mut self) -> Option<String> {
        let end = self.rest.windows(2).position(|pair| pair == b"\r\n")?;
        let line = String::from_utf8_lossy(&self.rest[..end]).into_owned();
        self.rest = &self.rest[end + 2..];
        Some(line)
    }

    fn reply(&mut self) -> Parsed<Reply> {
        let Some(line) = self.line() else { return Ok(None) };
        let mut letters = line.chars();
        let kind = letters.next().ok_or(ProtocolError)?;
        let rest = letters.as_str();
        Ok(Some(match kind {
            '+' => Reply::Status(rest.into()),
            '-' => Reply::Error(rest.into()),
            ':' => Reply::Integer(rest.parse().map_err(|_| ProtocolError)?),
            ',' => Reply::Double(rest.into()),
            '(' => Reply::Status(rest.into()),
            '#' => Reply::Boolean(rest == "t"),
            '_' => Reply::Nil,
            '$' | '=' | '!' => return self.bulk(kind, rest),
            '*' | '~' | '>' | '%' => return self.aggregate(kind, rest),
            _ => return Err(ProtocolError),
        }))
    }

    fn bulk(&mut self, kind: char, length: &str) -> Parsed<Reply> {
        let length: i64 = length.parse().map_err(|_| ProtocolError)?;
        let Ok(length) = usize::try_from(length) else { return Ok(Some(Reply::Nil)) };
        if self.rest.len() < length + 2 {
            return Ok(None);
        }
        let bytes = self.rest[..length].to_vec();
        self.rest = &self.rest[length + 2..];
        Ok(Some(match kind {
            '$' => Reply::Bulk(bytes),
            '!' => Reply::Error(String::from_utf8_lossy(&bytes).into_owned()),
            _ => Reply::Verbatim(bytes.get(4..).unwrap_or_default().to_vec()),
        }))
    }

    fn aggregate(&mut self, kind: char, count: &str) -> Parsed<Reply> {
        let count: i64 = count.parse().map_err(|_| ProtocolError)?;
        let Ok(count) = usize::try_from(count) else { return Ok(Some(Reply::Nil)) };
        let mut items = Vec::new();
        for _ in 0..count * if kind == '%' { 2 } else { 1 } {
            let Some(item) = self.reply()? else { return Ok(None) };
            items.push(item);
        }
        Ok(Some(match kind {
            '*' => Reply::Array(items),
            '~' => Reply::Set(items),
            '>' => Reply::Push(items),
            _ => {
                let mut items = items.into_iter();
                let mut pairs = Vec::new();
                while let (Some(key), Some(value)) = (items.next(), items.next()) {
                    pairs.push((key, value));
                }
                Reply::Map(pairs)
            }
        }))
    }
}

/// A request as clients send it.
pub(crate) fn request(args: &[impl AsRef<[u8]>]) -> Vec<u8> {
    let mut bytes = format!("*{}\r\n", args.len()).into_bytes();
    for arg in args {
        bytes.extend(format!("${}\r\n", arg.as_ref().len()).into_bytes());
        bytes.extend_from_slice(arg.as_ref());
        bytes.extend_from_slice(b"\r\n");
    }
    bytes
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn replies_come_out_only_when_complete() {
        let mut parser = Parser::default();
        let bytes = b"*2\r\n$3\r\nfoo\r\n:-7\r\n+OK\r\n";
        for &byte in &bytes[..bytes.len() - 6] {
            assert_eq!(parser.next(), Ok(None));
            parser.feed(&[byte]);
        }
        parser.feed(&bytes[bytes.len() - 6..]);
        let array = Reply::Array(vec![Reply::Bulk(b"foo".to_vec()), Reply::Integer(-7)]);
        assert_eq!(parser.next(), Ok(Some(array)));
        assert_eq!(parser.next(), Ok(Some(Reply::Status("OK".into()))));
        assert_eq!(parser.next(), Ok(None));
    }

    #[test]
    fn resp3_has_maps_and_verbatim_text() {
        let mut parser = Parser::default();
        parser.feed(b"%1\r\n+a\r\n~0\r\n=7\r\ntxt:abc\r\n_\r\n$-1\r\n*-1\r\nx");
        let map = Reply::Map(vec![(Reply::Status("a".into()), Reply::Set(vec![]))]);
        assert_eq!(parser.next(), Ok(Some(map)));
        assert_eq!(parser.next(), Ok(Some(Reply::Verbatim(b"abc".to_vec()))));
        for _ in 0..3 {
            assert_eq!(parser.next(), Ok(Some(Reply::Nil)));
        }
        parser.feed(b"\r\n");
        assert_eq!(parser.next(), Err(ProtocolError));
    }

    #[test]
    fn requests_are_arrays_of_bulk_strings() {
        assert_eq!(request(&["GET", "k"]), b"*2\r\n$3\r\nGET\r\n$1\r\nk\r\n");
    }
}
