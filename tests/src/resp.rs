//! Replies as values, for tests that compare what two servers said.

/// A RESP2 reply.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Reply {
    /// `+`
    Simple(String),
    /// `-`
    Error(String),
    /// `:`
    Int(i64),
    /// `$`, none for the missing string
    Bulk(Option<String>),
    /// `*`, none for the missing array
    Array(Option<Vec<Reply>>),
}

/// A request of these words.
#[must_use]
pub fn request(words: &[impl AsRef<str>]) -> Vec<u8> {
    let mut bytes = format!("*{}\r\n", words.len()).into_bytes();
    for word in words {
        let word = word.as_ref();
        bytes.extend(format!("${}\r\n{word}\r\n", word.len()).into_bytes());
    }
    bytes
}

/// Reads one reply; returns it with the bytes that it takes, none when there are too few.
///
/// # Panics
/// On what is no RESP2.
#[must_use]
pub fn parse(bytes: &[u8]) -> Option<(Reply, usize)> {
    let end = bytes.windows(2).position(|two| two == b"\r\n")?;
    let line = String::from_utf8_lossy(&bytes[1..end]).into_owned();
    let after = end + 2;
    let count = || line.parse::<i64>().expect("a number follows the type");
    Some(match bytes[0] {
        b'+' => (Reply::Simple(line), after),
        b'-' => (Reply::Error(line), after),
        b':' => (Reply::Int(count()), after),
        b'$' if count() < 0 => (Reply::Bulk(None), after),
        b'$' => {
            let stop = after + count() as usize;
            let text = String::from_utf8_lossy(bytes.get(after..stop)?).into_owned();
            bytes.get(stop..stop + 2)?;
            (Reply::Bulk(Some(text)), stop + 2)
        }
        b'*' if count() < 0 => (Reply::Array(None), after),
        b'*' => {
            let mut items = Vec::new();
            let mut used = after;
            for _ in 0..count() {
                let (item, taken) = parse(&bytes[used..])?;
                items.push(item);
                used += taken;
            }
            (Reply::Array(Some(items)), used)
        }
        other => panic!("no RESP2 type: {:?}", char::from(other)),
    })
}

impl Reply {
    /// `+OK`
    #[must_use]
    pub fn ok() -> Self {
        Self::Simple("OK".into())
    }

    /// An error, code first.
    #[must_use]
    pub fn error(text: &str) -> Self {
        Self::Error(text.into())
    }

    /// This reply with every text passed through `change`.
    #[must_use]
    pub fn map_text(&self, change: &impl Fn(&str) -> String) -> Self {
        match self {
            Self::Simple(text) => Self::Simple(change(text)),
            Self::Error(text) => Self::Error(change(text)),
            Self::Bulk(Some(text)) => Self::Bulk(Some(change(text))),
            Self::Array(Some(items)) => {
                Self::Array(Some(items.iter().map(|item| item.map_text(change)).collect()))
            }
            other => other.clone(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_reply_is_read_only_when_all_of_it_is_there() {
        let bytes = b"*3\r\n$1\r\nx\r\n:7\r\n*1\r\n$-1\r\n";
        for end in 1..bytes.len() {
            assert_eq!(parse(&bytes[..end]), None, "{end} bytes");
        }
        let inner = Reply::Array(Some(vec![Reply::Bulk(None)]));
        let whole = Reply::Array(Some(vec![Reply::Bulk(Some("x".into())), Reply::Int(7), inner]));
        assert_eq!(parse(bytes), Some((whole, bytes.len())));
    }
}
