//! Plays a session file at the consoles of a cluster, simulated or real, and checks what it expects.

use std::io::Write;
use std::net::Ipv4Addr;

use engine::time::Span;
use scenario::expect::Expect;
use scenario::script::{self, Cables, Entry, Step};

use crate::Failure;

/// How long `>within` waits between two attempts.
const AGAIN: Span = Span::from_millis(200);

/// The consoles of a cluster's hosts, and its cables.
pub trait Consoles {
    /// The addresses of the hosts, as the scenario has them.
    fn hosts(&self) -> Vec<Ipv4Addr>;

    /// Types a line and waits until the console waits for the next one.
    ///
    /// # Errors
    /// When that never happens.
    fn type_line(&mut self, host: Ipv4Addr, line: &str) -> Result<Shown, Failure>;

    /// Lets time pass.
    ///
    /// # Errors
    /// When the cluster can not go on.
    fn pass(&mut self, span: Span) -> Result<(), Failure>;

    /// Cuts or heals cables.
    ///
    /// # Errors
    /// When there is no such host.
    fn cables(&mut self, change: &Cables) -> Result<(), Failure>;
}

/// What a console showed of one line.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Shown {
    /// The prompt that the line was typed behind.
    pub prompt: String,
    /// What was printed.
    pub printed: String,
}

/// A typed line and what came of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Exchange {
    /// The line of the file, from 1.
    pub number: usize,
    /// Where it was typed.
    pub host: Ipv4Addr,
    /// What was typed.
    pub line: String,
    /// What the console showed (of the last attempt, if there were several).
    pub shown: Shown,
    /// Why the text may differ between two runs.
    pub varies: Option<String>,
}

/// What came of a session file.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Played {
    /// All lines that were typed.
    pub exchanges: Vec<Exchange>,
    /// The first expectation that did not hold: its line, and why. Nothing was typed after it.
    pub failed: Option<(usize, String)>,
}

/// Plays the text of a session file and shows on `out` what a terminal would.
///
/// # Errors
/// A line that is not understood or never done, with its number in front.
pub fn play(
    text: &str,
    consoles: &mut dyn Consoles,
    out: &mut dyn Write,
) -> Result<Played, Failure> {
    let Some(&host) = consoles.hosts().first() else {
        return Err(Failure("the scenario has no hosts; give it at least one".into()));
    };
    let mut player =
        Player { consoles, out, host, shown: host, open: false, played: Played::default() };
    for (at, line) in text.lines().enumerate() {
        let number = at + 1;
        let taken = script::entry(line).map_err(Failure).and_then(|it| player.take(number, it));
        taken.map_err(|Failure(why)| Failure(format!("line {number}: {why}")))?;
        if player.played.failed.is_some() {
            break;
        }
    }
    player.show()?;
    Ok(player.played)
}

struct Player<'a> {
    consoles: &'a mut dyn Consoles,
    out: &'a mut dyn Write,
    /// The host whose console is typed into.
    host: Ipv4Addr,
    /// The host whose console was last shown.
    shown: Ipv4Addr,
    /// The last exchange is still to be shown: another attempt may replace it.
    open: bool,
    played: Played,
}

impl Player<'_> {
    fn take(&mut self, number: usize, entry: Option<Entry>) -> Result<(), Failure> {
        match entry {
            None => Ok(()),
            Some(Entry::Step(Step::Host(ip))) => self.go_to(ip),
            Some(Entry::Step(Step::Line(line))) => self.type_line(number, line),
            Some(Entry::Expect(expect)) => self.expect(number, expect),
            Some(Entry::Network(change)) => {
                self.show()?;
                self.consoles.cables(&change)
            }
        }
    }

    fn go_to(&mut self, ip: Ipv4Addr) -> Result<(), Failure> {
        let hosts = self.consoles.hosts();
        if !hosts.contains(&ip) {
            return Err(no_host(ip, &hosts));
        }
        self.host = ip;
        Ok(())
    }

    fn type_line(&mut self, number: usize, line: String) -> Result<(), Failure> {
        self.show()?;
        let shown = self.consoles.type_line(self.host, &line)?;
        let exchange = Exchange { number, host: self.host, line, shown, varies: None };
        self.played.exchanges.push(exchange);
        self.open = true;
        Ok(())
    }

    fn expect(&mut self, number: usize, expect: Expect) -> Result<(), Failure> {
        let Some(exchange) = self.played.exchanges.last_mut() else {
            return Err(Failure("an expectation needs a line above it".into()));
        };
        match &expect {
            Expect::Varies(why) => exchange.varies = Some(why.clone()),
            Expect::Within(limit, _) => {
                for _ in 0..limit.0 / AGAIN.0 {
                    if expect.check(&exchange.shown.printed).is_ok() {
                        break;
                    }
                    self.consoles.pass(AGAIN)?;
                    exchange.shown = self.consoles.type_line(exchange.host, &exchange.line)?;
                }
            }
            Expect::Line(_) | Expect::NoLine(_) => {}
        }
        if let Err(why) = expect.check(&exchange.shown.printed) {
            let why = format!("`{}` is not answered as expected: {why}", exchange.line);
            self.played.failed = Some((number, why));
        }
        Ok(())
    }

    /// Shows the last exchange, once.
    fn show(&mut self) -> Result<(), Failure> {
        let Some(exchange) = self.played.exchanges.last().filter(|_| self.open) else {
            return Ok(());
        };
        self.open = false;
        if exchange.host != self.shown {
            writeln!(self.out, "@{}", exchange.host)?;
            self.shown = exchange.host;
        }
        let Shown { prompt, printed } = &exchange.shown;
        write!(self.out, "{prompt}{}\n{printed}", exchange.line)?;
        if !printed.is_empty() && !printed.ends_with('\n') {
            writeln!(self.out)?;
        }
        Ok(())
    }
}

/// The complaint about an address that is none of the hosts'.
pub(crate) fn no_host(ip: Ipv4Addr, hosts: &[Ipv4Addr]) -> Failure {
    let known: Vec<_> = hosts.iter().map(Ipv4Addr::to_string).collect();
    Failure(format!("there is no host {ip}; use one of {}", known.join(", ")))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A console that answers with the number of lines typed so far.
    struct Counting(usize);

    impl Consoles for Counting {
        fn hosts(&self) -> Vec<Ipv4Addr> {
            vec![Ipv4Addr::new(10, 0, 0, 1), Ipv4Addr::new(10, 0, 0, 2)]
        }

        fn type_line(&mut self, _: Ipv4Addr, _: &str) -> Result<Shown, Failure> {
            self.0 += 1;
            Ok(Shown { prompt: "$ ".into(), printed: format!("{}\n", self.0) })
        }

        fn pass(&mut self, _: Span) -> Result<(), Failure> {
            Ok(())
        }

        fn cables(&mut self, _: &Cables) -> Result<(), Failure> {
            Ok(())
        }
    }

    fn played(text: &str) -> (Played, String) {
        let mut out = Vec::new();
        let played = play(text, &mut Counting(0), &mut out).unwrap();
        (played, String::from_utf8(out).unwrap())
    }

    #[test]
    fn a_line_is_typed_again_until_it_answers_and_shown_once() {
        let (played, shown) = played("look\n>within 10s 4\n@10.0.0.2\nlook\n> 5\n");
        assert_eq!(played.failed, None);
        assert_eq!(shown, "$ look\n4\n@10.0.0.2\n$ look\n5\n");
    }

    #[test]
    fn nothing_is_typed_after_an_expectation_that_does_not_hold() {
        let (played, shown) = played("look\n> 7\nlook\n");
        let (number, why) = played.failed.unwrap();
        assert_eq!((number, played.exchanges.len()), (2, 1));
        assert!(why.contains("no line is like '7'"), "{why}");
        assert_eq!(shown, "$ look\n1\n");
    }

    #[test]
    fn waiting_has_an_end() {
        assert_eq!(played("look\n>within 1s 99\n").0.failed.unwrap().0, 2);
    }

    #[test]
    fn an_expectation_without_a_line_is_refused_by_its_number() {
        let failure = play("\n> 1\n", &mut Counting(0), &mut Vec::new()).unwrap_err();
        assert!(failure.0.starts_with("line 2: "), "{failure}");
    }
}
