//! What a workload does, as flags: the form in which a person types it and a history keeps it.

use std::fmt;
use std::net::Ipv4Addr;

use borsh::{BorshDeserialize, BorshSerialize};

/// What a workload does.
#[derive(Debug, Clone, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub struct Settings {
    /// How many clients there are, a process each.
    pub clients: u16,
    /// Writes a second, of all clients together.
    pub writes: u32,
    /// Reads a second, of all clients together.
    pub reads: u32,
    /// How many keys there are.
    pub keys: u32,
    /// Keys in order instead of by chance; then no two writes share a key until all were written.
    pub sequential: bool,
    /// Clients know the slots and follow redirections. Those that do not ask the server of their own
    /// host, whatever the key.
    pub cluster: bool,
    /// Each write is followed by WAIT and counts as acknowledged when that many replicas have it.
    pub wait: Option<u8>,
    /// How long WAIT waits, milliseconds.
    pub wait_timeout_ms: u32,
    /// Requests without an answer that a connection may have.
    pub pipeline: u16,
    /// How long a client waits for an answer before it hangs up, milliseconds.
    pub timeout_ms: u32,
    /// Where the clients are, in turn; empty for every host.
    pub hosts: Vec<Ipv4Addr>,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            clients: 6,
            writes: 60,
            reads: 60,
            keys: 1000,
            sequential: false,
            cluster: true,
            wait: None,
            wait_timeout_ms: 1000,
            pipeline: 16,
            timeout_ms: 1000,
            hosts: Vec::new(),
        }
    }
}

impl Settings {
    /// Whether every number is within what the flags take.
    #[must_use]
    pub fn is_sound(&self) -> bool {
        let text = self.to_string();
        let words: Vec<_> = text.split_whitespace().collect();
        self.clients > 0 && Self::default().read(&words).is_ok()
    }

    /// Changes what the flags name.
    ///
    /// # Errors
    /// One line that says what is wrong with them.
    pub fn read(mut self, words: &[impl AsRef<str>]) -> Result<Self, String> {
        let mut words = words.iter().map(AsRef::as_ref);
        while let Some(flag) = words.next() {
            match flag {
                "--sequential" => self.sequential = true,
                "--random" => self.sequential = false,
                "--cluster" => self.cluster = true,
                "--no-cluster" => self.cluster = false,
                "--no-wait" => self.wait = None,
                _ if flag.starts_with('-') => self.take(flag, words.next())?,
                _ => return Err(format!("'{flag}' is no option")),
            }
        }
        if u64::from(self.writes) + u64::from(self.reads) == 0 {
            return Err("with neither writes nor reads there is nothing to do".into());
        }
        Ok(self)
    }

    /// Takes a flag that has a value.
    fn take(&mut self, flag: &str, value: Option<&str>) -> Result<(), String> {
        let number = |from: u32, to: u32| {
            let text = value.ok_or(format!("{flag} takes a number"))?;
            let number = text.parse().ok().filter(|it| (from..=to).contains(it));
            number.ok_or(format!("{flag} takes a number from {from} to {to}, not '{text}'"))
        };
        let small = |number: u32| u16::try_from(number).unwrap_or(u16::MAX);
        match flag {
            "-c" | "--clients" => self.clients = small(number(1, 64)?),
            "-w" | "--writes" => self.writes = number(0, 10_000)?,
            "-g" | "--reads" => self.reads = number(0, 10_000)?,
            "-r" | "--keys" => self.keys = number(1, 1_000_000)?,
            "-P" | "--pipeline" => self.pipeline = small(number(1, 256)?),
            "--wait" => {
                let replicas = number(0, 100)?;
                self.wait = u8::try_from(replicas).ok().filter(|&it| it > 0);
            }
            "--wait-timeout" => self.wait_timeout_ms = number(0, 600_000)?,
            "--timeout" => self.timeout_ms = number(10, 600_000)?,
            "-h" | "--hosts" => {
                let text = value.ok_or(format!("{flag} takes addresses, with commas between"))?;
                let address = |it: &str| {
                    it.parse().map_err(|_| format!("{flag} takes addresses, not '{it}'"))
                };
                let all = text == "all";
                self.hosts = if all {
                    Vec::new()
                } else {
                    text.split(',').map(address).collect::<Result<_, _>>()?
                };
            }
            _ => return Err(format!("there is no option '{flag}'")),
        }
        Ok(())
    }
}

/// The flags that make these settings from the default ones.
impl fmt::Display for Settings {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { clients, writes, reads, keys, pipeline, timeout_ms, .. } = self;
        write!(f, "-c {clients} --writes {writes} --reads {reads} -r {keys}")?;
        f.write_str(if self.sequential { " --sequential" } else { "" })?;
        f.write_str(if self.cluster { "" } else { " --no-cluster" })?;
        if let Some(replicas) = self.wait {
            write!(f, " --wait {replicas} --wait-timeout {}", self.wait_timeout_ms)?;
        }
        write!(f, " -P {pipeline} --timeout {timeout_ms}")?;
        for (at, host) in self.hosts.iter().enumerate() {
            write!(f, "{}{host}", if at == 0 { " --hosts " } else { "," })?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Result<Settings, String> {
        Settings::default().read(&text.split_whitespace().collect::<Vec<_>>())
    }

    #[test]
    fn settings_are_the_same_after_a_journey_through_text() {
        for text in [
            "",
            "--wait 2 --wait-timeout 50 -r 9 --sequential",
            "-c 3 -w 5 -g 0 --no-cluster -P 1 --timeout 250 -h 10.0.0.1,10.0.0.2",
        ] {
            let settings = read(text).expect(text);
            assert_eq!(read(&settings.to_string()), Ok(settings));
        }
    }

    #[test]
    fn what_is_wrong_is_said() {
        let complaint = |text| read(text).expect_err(text);
        assert_eq!(complaint("--writes"), "--writes takes a number");
        assert_eq!(complaint("-c 0"), "-c takes a number from 1 to 64, not '0'");
        assert_eq!(complaint("-c many"), "-c takes a number from 1 to 64, not 'many'");
        assert_eq!(complaint("--fast"), "there is no option '--fast'");
        assert_eq!(complaint("fast"), "'fast' is no option");
        assert_eq!(complaint("-h here"), "-h takes addresses, not 'here'");
        assert!(complaint("-w 0 -g 0").contains("nothing to do"));
    }
}
