//! Lines to type, and where: the form of a scenario's opening and of a session file.
//!
//! A session file has some lines more than an opening:
//!
//! ```text
//! %scenario six.scenario           the lab to start from, in the folder of the file
//! @192.168.0.6                     what follows is typed on that host
//! redis-cli CLUSTER INFO           typed as soon as the console waits for a line
//! > cluster_state:ok               what is expected of it: see `expect`
//! %cut 192.168.0.6 | 192.168.0.13 192.168.0.161
//!                                  nothing passes between the left and the right
//! %cut 192.168.0.6 > 192.168.0.13  nothing passes from left to right
//! %heal                            everything passes
//! ```

use std::net::Ipv4Addr;

use crate::expect::Expect;

/// One step of a script.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Step {
    /// `@192.168.0.6` alone on a line: what follows is typed there.
    Host(Ipv4Addr),
    /// A line to type as soon as the console waits for one.
    Line(String),
}

/// A line of a session file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Entry {
    /// What an opening may have as well.
    Step(Step),
    /// An expectation of what the line above printed.
    Expect(Expect),
    /// A change of the network.
    Network(Cables),
}

/// What passes between hosts, and what does not.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Cables {
    /// Nothing passes from the first to the second of each pair.
    Cut(Vec<(Ipv4Addr, Ipv4Addr)>),
    /// Everything passes again.
    HealAll,
}

/// Reads one line of a script. Empty lines and lines that start with `#` are no step.
///
/// # Errors
/// One line that says what is wrong with an `@` line.
pub fn step(line: &str) -> Result<Option<Step>, String> {
    let line = line.trim_end_matches(['\r', '\n']);
    let text = line.trim();
    if text.is_empty() || text.starts_with('#') {
        return Ok(None);
    }
    let Some(host) = text.strip_prefix('@') else { return Ok(Some(Step::Line(line.into()))) };
    let address = host.trim().parse().map_err(|_| {
        format!("'{text}' names no host: write @ and an address, as in @192.168.0.6")
    })?;
    Ok(Some(Step::Host(address)))
}

/// Reads one line of a session file. `%scenario` is no entry: [`scenario_of`] finds it.
///
/// # Errors
/// One line that says what is wrong with it.
pub fn entry(line: &str) -> Result<Option<Entry>, String> {
    let text = line.trim();
    if text.starts_with('>') {
        return Expect::parse(text).map(Entry::Expect).map(Some);
    }
    let Some(directive) = text.strip_prefix('%') else {
        return Ok(step(line)?.map(Entry::Step));
    };
    match directive.split_once(' ').unwrap_or((directive, "")) {
        ("scenario", name) if !name.is_empty() => Ok(None),
        ("cut", sides) => Ok(Some(Entry::Network(Cables::Cut(pairs(sides)?)))),
        ("heal", "") => Ok(Some(Entry::Network(Cables::HealAll))),
        _ => Err(format!("'{text}' is not understood: write %scenario NAME, %cut A | B or %heal")),
    }
}

/// The scenario that a session file starts from, if it names one.
#[must_use]
pub fn scenario_of(text: &str) -> Option<&str> {
    text.lines().find_map(|line| line.trim().strip_prefix("%scenario ")).map(str::trim)
}

fn address(text: &str) -> Result<Ipv4Addr, String> {
    text.parse()
        .map_err(|_| format!("'{text}' names no host: write @ and an address, as in @192.168.0.6"))
}

/// `A B | C D` both ways, `A B > C D` one way.
fn pairs(sides: &str) -> Result<Vec<(Ipv4Addr, Ipv4Addr)>, String> {
    let both = sides.contains('|');
    let (left, right) = sides.split_once(['|', '>']).ok_or("%cut takes A | B or A > B")?;
    let hosts = |side: &str| side.split_whitespace().map(address).collect::<Result<Vec<_>, _>>();
    let (left, right) = (hosts(left)?, hosts(right)?);
    if left.is_empty() || right.is_empty() {
        return Err("%cut takes addresses on both sides".into());
    }
    let mut pairs = Vec::new();
    for &a in &left {
        for &b in &right {
            pairs.push((a, b));
            if both {
                pairs.push((b, a));
            }
        }
    }
    Ok(pairs)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::expect::Pattern;

    #[test]
    fn an_at_sign_switches_the_host_and_comments_are_skipped() {
        assert_eq!(step("@10.0.0.1"), Ok(Some(Step::Host(Ipv4Addr::new(10, 0, 0, 1)))));
        assert_eq!(step("# a remark"), Ok(None));
        assert_eq!(step(""), Ok(None));
        assert_eq!(step("sleep 1\r\n"), Ok(Some(Step::Line("sleep 1".into()))));
        assert!(step("@nowhere").is_err());
    }

    #[test]
    fn a_session_file_also_holds_expectations_and_faults() {
        let text = "# x\n%scenario six.scenario\ndate\n";
        assert_eq!(scenario_of(text), Some("six.scenario"));
        assert_eq!(entry("%scenario six.scenario"), Ok(None));
        assert_eq!(entry("> OK"), Ok(Some(Entry::Expect(Expect::Line(Pattern::new("OK"))))));
        assert_eq!(entry("%heal"), Ok(Some(Entry::Network(Cables::HealAll))));
        assert!(entry("%cute").is_err());
    }

    #[test]
    fn a_cut_goes_both_ways_unless_an_arrow_gives_one() {
        let [a, b, c] = [1, 2, 3].map(|n| Ipv4Addr::new(10, 0, 0, n));
        assert_eq!(pairs("10.0.0.1 > 10.0.0.2"), Ok(vec![(a, b)]));
        let both = pairs("10.0.0.1 | 10.0.0.2 10.0.0.3");
        assert_eq!(both, Ok(vec![(a, b), (b, a), (a, c), (c, a)]));
        assert!(pairs("10.0.0.1").is_err());
        assert!(pairs("10.0.0.1 |").is_err());
        assert!(pairs("here | there").is_err());
    }
}
