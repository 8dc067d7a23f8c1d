//! The command line.

/// What was asked for.
#[derive(Debug, PartialEq, Eq)]
pub enum Command {
    /// Tell the commands.
    Help,
    /// Build and serve the page.
    Serve {
        /// The TCP port.
        port: u16,
        /// Without optimisation.
        dev: bool,
    },
    /// Run the checks.
    Test {
        /// The names of the parts to run; all when empty.
        parts: Vec<String>,
    },
    /// Build the static site.
    Dist,
    /// Measure.
    Bench,
    /// Play scripts beside real servers.
    Parity,
    /// Take screenshots.
    Shots {
        /// Where to put them.
        folder: String,
        /// `views`, and how their names begin; nothing for the moments of a failover.
        what: Vec<String>,
    },
    /// Move inline scripts of a built page to files (Trunk's hook).
    Seal,
    /// Find or install the tools.
    Tools,
}

/// Reads the arguments behind the program's name.
///
/// # Errors
/// A line that says what is wrong with them.
pub fn parse(mut args: impl Iterator<Item = String>) -> Result<Command, String> {
    let Some(name) = args.next() else {
        return Err("which command?".to_owned());
    };
    let command = match name.as_str() {
        "help" | "--help" | "-h" => Command::Help,
        "serve" => return serve(args),
        "test" => return test(args),
        "dist" => Command::Dist,
        "bench" => Command::Bench,
        "parity" => Command::Parity,
        "shots" => Command::Shots {
            folder: args.next().unwrap_or_else(|| "target/shots".to_owned()),
            what: args.by_ref().take(2).collect(),
        },
        "seal" => Command::Seal,
        "tools" => Command::Tools,
        _ => return Err(format!("there is no command `{name}`")),
    };
    match args.next() {
        None => Ok(command),
        Some(extra) => Err(format!("`{name}` does not take `{extra}`")),
    }
}

fn serve(mut args: impl Iterator<Item = String>) -> Result<Command, String> {
    let (mut port, mut dev) = (8080, false);
    while let Some(arg) = args.next() {
        match arg.as_str() {
            "--dev" => dev = true,
            "--port" => {
                let value = args.next().ok_or("--port wants a number")?;
                port = value.parse().map_err(|_| format!("`{value}` is not a port"))?;
            }
            _ => return Err(format!("`serve` does not take `{arg}`")),
        }
    }
    Ok(Command::Serve { port, dev })
}

fn test(args: impl Iterator<Item = String>) -> Result<Command, String> {
    let parts: Vec<String> = args.collect();
    match parts.iter().find(|part| !crate::test::NAMES.contains(&part.as_str())) {
        None => Ok(Command::Test { parts }),
        Some(part) => Err(format!("no part `{part}`; there are {}", crate::test::NAMES.join(", "))),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(line: &str) -> Result<Command, String> {
        parse(line.split_whitespace().map(str::to_owned))
    }

    #[test]
    fn port_is_a_number_below_65536() {
        assert_eq!(check("serve --port 9000"), Ok(Command::Serve { port: 9000, dev: false }));
        assert_eq!(check("serve --port 99999"), Err("`99999` is not a port".to_owned()));
    }

    #[test]
    fn unknown_parts_are_refused() {
        assert!(check("test fmt nonsense").unwrap_err().starts_with("no part `nonsense`"));
        assert_eq!(check("test fmt"), Ok(Command::Test { parts: vec!["fmt".to_owned()] }));
    }
}
