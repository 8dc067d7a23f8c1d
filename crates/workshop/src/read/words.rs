//! A condition from its line.

use std::net::Ipv4Addr;

use scenario::expect::Pattern;

use super::chunk::Chunk;
use super::fault::{Faults, one_of, unknown};
use super::table::span;
use crate::condition::{Amount, Condition, Count, Health, Host, Role, Server};

const FIRST: [&str; 16] = [
    "role", "link", "server", "state", "epoch", "slots", "slot", "typed", "command", "reply",
    "log", "clients", "not", "any", "all", "HOST",
];
const COUNTS: [(&str, Count); 6] = [
    ("acknowledged", Count::Acknowledged),
    ("lost", Count::Lost),
    ("rolled-back", Count::RolledBack),
    ("refused", Count::Refused),
    ("redirected", Count::Redirected),
    ("held", Count::Held),
];
const SLOTS: u16 = 16_384;

/// Reads a condition; none when something is wrong with it, which is among the faults then.
pub(super) fn condition(
    chunk: &Chunk,
    hosts: Option<&[Ipv4Addr]>,
    faults: &mut Faults<'_>,
) -> Option<Condition> {
    let read = tokens(&chunk.text).and_then(|tokens| {
        let mut words = Words { tokens: &tokens, at: 0, end: chunk.text.trim_end().len(), hosts };
        words.alternatives()
    });
    match read {
        Ok(condition) => Some(condition),
        Err(Wrong { at, what, remedy }) => {
            faults.add(chunk.at(at), what, remedy);
            None
        }
    }
}

/// What is wrong, and where in the line.
struct Wrong {
    at: usize,
    what: String,
    remedy: String,
}

fn wrong(at: usize, what: impl Into<String>, remedy: impl Into<String>) -> Wrong {
    Wrong { at, what: what.into(), remedy: remedy.into() }
}

type Read<T> = Result<T, Wrong>;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Token<'a> {
    Word(&'a str),
    Quoted(&'a str),
}

fn tokens(line: &str) -> Read<Vec<(usize, Token<'_>)>> {
    let mut tokens = Vec::new();
    let mut at = 0;
    while let Some(rest) = line.get(at..).filter(|rest| !rest.is_empty()) {
        let blank = rest.len() - rest.trim_start().len();
        if blank > 0 {
            at += blank;
        } else if let Some(quoted) = rest.strip_prefix('"') {
            let Some(length) = quoted.find('"') else {
                return Err(wrong(at, "the pattern has no end", "close it with a double quote"));
            };
            tokens.push((at, Token::Quoted(&quoted[..length])));
            at += length + 2;
        } else {
            let length = rest.find(|it: char| it.is_whitespace() || it == '"');
            let length = length.unwrap_or(rest.len());
            tokens.push((at, Token::Word(&rest[..length])));
            at += length;
        }
    }
    Ok(tokens)
}

struct Words<'a> {
    tokens: &'a [(usize, Token<'a>)],
    at: usize,
    end: usize,
    hosts: Option<&'a [Ipv4Addr]>,
}

impl<'a> Words<'a> {
    fn alternatives(&mut self) -> Read<Condition> {
        let mut all = vec![self.term()?];
        while self.takes("or") {
            all.push(self.term()?);
        }
        match self.tokens.get(self.at) {
            Some((at, Token::Word("and"))) => Err(wrong(
                *at,
                "there is no \"and\"",
                "write a list of conditions, [\"...\", \"...\"]: all of them must hold",
            )),
            Some((at, token)) => {
                let word = token.text();
                Err(wrong(
                    *at,
                    format!("\"{word}\" is too much here"),
                    "end the condition here, or go on with or",
                ))
            }
            None if all.len() == 1 => Ok(all.remove(0)),
            None => Ok(Condition::Or(all)),
        }
    }

    fn term(&mut self) -> Read<Condition> {
        if self.takes("not") {
            return Ok(Condition::Not(Box::new(self.term()?)));
        }
        let (at, word) = self.word("a condition")?;
        Ok(match word {
            "role" => {
                let host = self.host()?;
                self.literal("is")?;
                let roles = [("master", Role::Master), ("replica", Role::Replica)];
                Condition::Role(host, self.choice("role", &roles)?)
            }
            "link" => {
                let host = self.host()?;
                self.literal("is")?;
                Condition::Link(
                    host,
                    self.choice("state of a link", &[("up", true), ("down", false)])?,
                )
            }
            "server" => {
                let host = self.host()?;
                self.literal("is")?;
                let states = [
                    ("running", Server::Running),
                    ("frozen", Server::Frozen),
                    ("stopped", Server::Stopped),
                ];
                Condition::Server(host, self.choice("state of a server", &states)?)
            }
            "state" => {
                let host = self.host()?;
                self.literal("is")?;
                let states = [("ok", true), ("fail", false)];
                Condition::State(host, self.choice("cluster state", &states)?)
            }
            "epoch" => Condition::Epoch(self.host()?, self.amount()?),
            "slots" => Condition::Slots(self.host()?, self.amount()?),
            "slot" => {
                let slot = self.slot()?;
                self.literal("at")?;
                Condition::Slot(slot, self.address()?)
            }
            "typed" => Condition::Typed(self.pattern()?, self.host_behind("at")?),
            "command" => Condition::Command(self.pattern()?, self.host_behind("to")?),
            "reply" => self.reply()?,
            "log" => Condition::Log(self.host()?, self.pattern()?),
            "clients" => self.clients()?,
            _ => return self.between_hosts(at, word),
        })
    }

    /// `HOST replicates HOST`, `HOST sees HOST as ...`
    fn between_hosts(&mut self, at: usize, word: &str) -> Read<Condition> {
        if word != "any" && word != "all" && word.parse::<Ipv4Addr>().is_err() {
            let (what, remedy) = unknown("condition", word, &FIRST);
            return Err(wrong(at, what, remedy));
        }
        let host = self.host_of(at, word)?;
        let (at, verb) = self.word("replicates or sees")?;
        match verb {
            "replicates" => Ok(Condition::Replicates(host, self.address()?)),
            "sees" => {
                let other = self.address()?;
                self.literal("as")?;
                let healths =
                    [("ok", Health::Ok), ("pfail", Health::Pfail), ("fail", Health::Fail)];
                Ok(Condition::Sees(host, other, self.choice("state of a node", &healths)?))
            }
            _ => {
                let (what, remedy) = unknown("condition HOST", verb, &["replicates", "sees"]);
                Err(wrong(at, what, remedy))
            }
        }
    }

    fn reply(&mut self) -> Read<Condition> {
        let pattern = self.pattern()?;
        let to = if self.takes("to") { Some(self.pattern()?) } else { None };
        Ok(Condition::Reply(pattern, to, self.host_behind("at")?))
    }

    fn clients(&mut self) -> Read<Condition> {
        let (at, word) = self.word("are, unavailable or a number of theirs")?;
        if word == "are" {
            let states = [("running", true), ("stopped", false)];
            return Ok(Condition::Clients(self.choice("state of the clients", &states)?));
        }
        if word == "unavailable" {
            return Ok(Condition::Unavailable(
                self.amount_of("a time such as 2s", |text| span(text).map(|it| it.0))?,
            ));
        }
        let Some(&(_, count)) = COUNTS.iter().find(|it| it.0 == word) else {
            let mut known: Vec<_> = COUNTS.iter().map(|it| it.0).collect();
            known.extend(["are", "unavailable"]);
            let (what, remedy) = unknown("number of the clients", word, &known);
            return Err(wrong(at, what, remedy));
        };
        Ok(Condition::Count(count, self.amount()?))
    }

    fn amount(&mut self) -> Read<Amount> {
        self.amount_of("a whole number", |text| text.parse().ok())
    }

    fn amount_of(&mut self, is: &str, read: impl Fn(&str) -> Option<u64>) -> Read<Amount> {
        let (at, word) = self.word("is, at least or at most")?;
        let kind: fn(u64) -> Amount = match word {
            "is" => Amount::Is,
            "at" => self.choice(
                "comparison at",
                &[("least", Amount::AtLeast as fn(u64) -> Amount), ("most", Amount::AtMost)],
            )?,
            _ => {
                let (what, remedy) = unknown("comparison", word, &["is", "at least", "at most"]);
                return Err(wrong(at, what, remedy));
            }
        };
        let (at, word) = self.word(is)?;
        if word == "at" {
            return Err(wrong(at, "`is at` says too much", "write at least or at most without is"));
        }
        let number = read(word);
        number
            .map(kind)
            .ok_or_else(|| wrong(at, format!("\"{word}\" is not {is}"), format!("write {is}")))
    }

    fn slot(&mut self) -> Read<u16> {
        let (at, word) = self.word("a slot")?;
        let slot = word.parse().ok().filter(|&it| it < SLOTS);
        slot.ok_or_else(|| {
            wrong(at, format!("\"{word}\" is no slot"), "write a number from 0 to 16383")
        })
    }

    /// `WORD HOST`, or any host.
    fn host_behind(&mut self, word: &str) -> Read<Host> {
        if self.takes(word) { self.host() } else { Ok(Host::Any) }
    }

    fn host(&mut self) -> Read<Host> {
        let (at, word) = self.word("a host")?;
        self.host_of(at, word)
    }

    fn host_of(&self, at: usize, word: &str) -> Read<Host> {
        match word {
            "any" => Ok(Host::Any),
            "all" => Ok(Host::All),
            _ => self.known(at, word).map(Host::Is),
        }
    }

    fn address(&mut self) -> Read<Ipv4Addr> {
        let (at, word) = self.word("the address of a host")?;
        if word == "any" || word == "all" {
            let what = format!("\"{word}\" can not stand here");
            return Err(wrong(at, what, "write the address of one host"));
        }
        self.known(at, word)
    }

    fn known(&self, at: usize, word: &str) -> Read<Ipv4Addr> {
        let Ok(ip) = word.parse() else {
            let what = format!("\"{word}\" is no host");
            return Err(wrong(at, what, "write an address such as 192.168.0.6, any or all"));
        };
        match self.hosts {
            Some(hosts) if !hosts.contains(&ip) => {
                let names: Vec<_> = hosts.iter().map(Ipv4Addr::to_string).collect();
                let names: Vec<_> = names.iter().map(String::as_str).collect();
                let (what, remedy) = unknown("host in the lab", word, &names);
                Err(wrong(at, what, remedy))
            }
            _ => Ok(ip),
        }
    }

    fn pattern(&mut self) -> Read<Pattern> {
        match self.tokens.get(self.at) {
            Some((_, Token::Quoted(text))) => {
                self.at += 1;
                Ok(Pattern::new(text))
            }
            other => {
                let at = other.map_or(self.end, |it| it.0);
                Err(wrong(at, "a pattern is missing here", "write it in double quotes, \"...*\""))
            }
        }
    }

    fn choice<T: Copy>(&mut self, kind: &str, known: &[(&str, T)]) -> Read<T> {
        let names: Vec<_> = known.iter().map(|it| it.0).collect();
        let (at, word) = self.word(&one_of(&names))?;
        match known.iter().find(|it| it.0 == word) {
            Some(&(_, value)) => Ok(value),
            None => {
                let (what, remedy) = unknown(kind, word, &names);
                Err(wrong(at, what, remedy))
            }
        }
    }

    fn literal(&mut self, literal: &str) -> Read<()> {
        let (at, word) = self.word(literal)?;
        if word == literal {
            return Ok(());
        }
        Err(wrong(
            at,
            format!("\"{word}\" stands where \"{literal}\" belongs"),
            format!("write {literal}"),
        ))
    }

    fn takes(&mut self, word: &str) -> bool {
        let is = matches!(self.tokens.get(self.at), Some((_, Token::Word(it))) if *it == word);
        self.at += usize::from(is);
        is
    }

    fn word(&mut self, is: &str) -> Read<(usize, &'a str)> {
        match self.tokens.get(self.at) {
            Some(&(at, Token::Word(word))) => {
                self.at += 1;
                Ok((at, word))
            }
            Some(&(at, Token::Quoted(_))) => {
                Err(wrong(at, "a pattern can not stand here", format!("write {is}")))
            }
            None => {
                Err(wrong(self.end, "the condition ends too early", format!("go on with {is}")))
            }
        }
    }
}

impl<'a> Token<'a> {
    const fn text(self) -> &'a str {
        match self {
            Self::Word(text) | Self::Quoted(text) => text,
        }
    }
}
