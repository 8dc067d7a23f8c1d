//! Questions to a real server, and its answers.

use std::io::{self, BufRead, BufReader, Read, Write};
use std::net::{SocketAddrV4, TcpStream};
use std::time::Duration;

/// How long an answer is waited for.
const PATIENCE: Duration = Duration::from_millis(300);

/// A connection to a server.
#[derive(Debug)]
pub struct Line {
    stream: BufReader<TcpStream>,
}

impl Line {
    /// Calls a server.
    ///
    /// # Errors
    /// When there is none, or it does not take the password.
    pub fn dial(to: SocketAddrV4, password: Option<&str>) -> io::Result<Self> {
        let stream = TcpStream::connect_timeout(&to.into(), PATIENCE)?;
        stream.set_read_timeout(Some(PATIENCE))?;
        stream.set_nodelay(true)?;
        let mut line = Self { stream: BufReader::new(stream) };
        if let Some(password) = password {
            line.send(&["AUTH", password])?;
            line.answer()?;
        }
        Ok(line)
    }

    /// Asks several questions at once; the answers are texts.
    ///
    /// # Errors
    /// When one is not answered by a text.
    pub fn ask<const N: usize>(&mut self, questions: [&[&str]; N]) -> io::Result<[String; N]> {
        questions.iter().try_for_each(|words| self.send(words))?;
        let mut answers = [const { String::new() }; N];
        for answer in &mut answers {
            *answer = self.answer()?;
        }
        Ok(answers)
    }

    /// Asks for the values of keys; none for a key that is not there.
    ///
    /// # Errors
    /// When one is answered by an error.
    pub fn values(&mut self, keys: &[String]) -> io::Result<Vec<Option<String>>> {
        keys.iter().try_for_each(|key| self.send(&["GET", key]))?;
        keys.iter().map(|_| self.optional()).collect()
    }

    fn send(&mut self, words: &[&str]) -> io::Result<()> {
        let mut bytes = format!("*{}\r\n", words.len());
        for word in words {
            bytes += &format!("${}\r\n{word}\r\n", word.len());
        }
        self.stream.get_mut().write_all(bytes.as_bytes())
    }

    fn answer(&mut self) -> io::Result<String> {
        self.optional().map(Option::unwrap_or_default)
    }

    fn optional(&mut self) -> io::Result<Option<String>> {
        let mut line = String::new();
        self.stream.read_line(&mut line)?;
        let line = line.trim_end();
        let kind = line.get(..1).unwrap_or("");
        let rest = line.get(1..).unwrap_or("");
        match kind {
            "+" => Ok(Some(rest.into())),
            "$" if rest == "-1" => Ok(None),
            "$" => {
                let length: usize = rest.parse().map_err(|_| io::ErrorKind::InvalidData)?;
                let mut bytes = vec![0; length + 2];
                self.stream.read_exact(&mut bytes)?;
                bytes.truncate(length);
                Ok(Some(String::from_utf8_lossy(&bytes).into_owned()))
            }
            _ => Err(io::Error::new(io::ErrorKind::InvalidData, rest.to_owned())),
        }
    }
}
