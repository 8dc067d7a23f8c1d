//! A scenario as the text that [`Scenario::parse`] reads.

use std::fmt;

use engine::Compat;
use sim::LinkSettings;

use super::Scenario;
use crate::script::Step;

/// A link's settings as `link` and `between` take them.
struct Settings(LinkSettings);

impl fmt::Display for Settings {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let LinkSettings { latency, jitter, loss_ppm, blocked } = self.0;
        write!(f, "latency={}us jitter={}us loss={loss_ppm}ppm", latency.0, jitter.0)?;
        f.write_str(if blocked { " cut" } else { "" })
    }
}

fn files(f: &mut fmt::Formatter<'_>, files: &[(String, String)]) -> fmt::Result {
    for (name, text) in files {
        writeln!(f, "file {name}")?;
        for line in text.lines() {
            writeln!(f, "  {line}")?;
        }
    }
    Ok(())
}

impl fmt::Display for Scenario {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let version = match self.compat {
            Compat::V7_0 => "7.0",
            Compat::V8_2 => "8.2",
        };
        writeln!(f, "name {}\ncompat {version}", self.name)?;
        writeln!(f, "clock {}\nseed {}\nlink {}", self.clock, self.seed, Settings(self.link))?;
        for (name, value) in &self.env {
            writeln!(f, "env {name}={value}")?;
        }
        files(f, &self.files)?;
        for host in &self.hosts {
            match &host.zone {
                Some(zone) => writeln!(f, "host {} zone={zone}", host.ip)?,
                None => writeln!(f, "host {}", host.ip)?,
            }
            files(f, &host.files)?;
        }
        for between in &self.between {
            let (one, other) = &between.zones;
            writeln!(f, "between {one} {other} {}", Settings(between.link))?;
        }
        writeln!(f, "opening")?;
        for step in &self.opening {
            match step {
                Step::Host(ip) => writeln!(f, "  @{ip}")?,
                Step::Line(line) => writeln!(f, "  {line}")?,
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::super::Design;
    use super::*;

    #[test]
    fn what_is_written_is_read_again_as_the_same() {
        let design = Design::parse("masters=2 replicas=1 zones=a,b between=5ms set=maxmemory:0");
        let scenario = design.unwrap().scenario();
        assert_eq!(Scenario::parse(&scenario.to_string()), Ok(scenario));
        let scenario = Scenario::built_in("walkthrough").unwrap();
        assert_eq!(Scenario::parse(&scenario.to_string()), Ok(scenario));
    }
}
