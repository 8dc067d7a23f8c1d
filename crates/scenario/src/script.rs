//! Lines to type, and where: the form of a scenario's opening and of a session file.

use std::net::Ipv4Addr;

/// One step of a script.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Step {
    /// `@192.168.0.6` alone on a line: what follows is typed there.
    Host(Ipv4Addr),
    /// A line to type as soon as the console waits for one.
    Line(String),
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_at_sign_switches_the_host_and_comments_are_skipped() {
        assert_eq!(step("@10.0.0.1"), Ok(Some(Step::Host(Ipv4Addr::new(10, 0, 0, 1)))));
        assert_eq!(step("# a remark"), Ok(None));
        assert_eq!(step(""), Ok(None));
        assert_eq!(step("sleep 1\r\n"), Ok(Some(Step::Line("sleep 1".into()))));
        assert!(step("@nowhere").is_err());
    }
}
