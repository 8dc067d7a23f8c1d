//! A console: bash on a terminal of its own.

use std::fs::File;
use std::io::{Read, Write};
use std::path::Path;
use std::process::{Child, Command};
use std::sync::mpsc::{Receiver, RecvTimeoutError, channel};
use std::thread;
use std::time::{Duration, Instant};

use rustix::pty::{OpenptFlags, grantpt, openpt, ptsname, unlockpt};

use crate::Failure;
use crate::play::Shown;

/// Bash with its terminal.
pub struct Console {
    bash: Child,
    input: File,
    output: Receiver<Vec<u8>>,
    shell_prompt: String,
    /// What the terminal shows behind its last line end: a prompt.
    prompt: String,
}

impl Console {
    /// Opens a console in a folder, with programs of its own before the system's.
    ///
    /// # Errors
    /// When there is no bash or no terminal.
    pub fn open(
        folder: &Path,
        programs: &Path,
        env: &[(String, String)],
        shell_prompt: String,
    ) -> Result<Self, Failure> {
        let failed = |error: std::io::Error| Failure(format!("a console can not open: {error}"));
        let terminal =
            openpt(OpenptFlags::RDWR | OpenptFlags::NOCTTY).map_err(|e| failed(e.into()))?;
        grantpt(&terminal).and_then(|()| unlockpt(&terminal)).map_err(|e| failed(e.into()))?;
        let name = ptsname(&terminal, Vec::new()).map_err(|e| failed(e.into()))?;
        let name = name.to_str().map_err(|_| Failure("a terminal has no name".into()))?;
        let other = File::options().read(true).write(true).open(name).map_err(failed)?;
        let copy = || other.try_clone().map_err(failed);
        // In a session of its own with that terminal: an interactive bash that is in the background of
        // another one stops itself, again and again.
        let bash = Command::new("setsid")
            .args(["--ctty", "bash", "--noprofile", "--norc", "--noediting", "-i"])
            .current_dir(folder)
            .env_clear()
            .env("PATH", format!("{}:/usr/local/bin:/usr/bin:/bin", programs.display()))
            .env("PS1", &shell_prompt)
            .env("HOME", folder)
            .envs([("TERM", "dumb"), ("LC_ALL", "C"), ("HISTFILE", "/dev/null")])
            .env("REDISCLI_HISTFILE", "/dev/null")
            .envs(env.iter().map(|(name, value)| (name, value)))
            .stdin(copy()?)
            .stdout(copy()?)
            .stderr(copy()?)
            .spawn()
            .map_err(failed)?;
        let input = File::from(terminal);
        let mut reader = input.try_clone().map_err(failed)?;
        let (send, output) = channel();
        thread::spawn(move || {
            let mut bytes = [0; 4096];
            while let Ok(count @ 1..) = reader.read(&mut bytes) {
                if send.send(bytes[..count].to_vec()).is_err() {
                    break;
                }
            }
        });
        let mut console = Self { bash, input, output, shell_prompt, prompt: String::new() };
        console.until_prompt(Duration::from_secs(20))?;
        Ok(console)
    }

    /// Types a line and waits for the next prompt.
    ///
    /// # Errors
    /// When none comes in time.
    pub fn type_line(&mut self, line: &str, limit: Duration) -> Result<Shown, Failure> {
        let prompt = std::mem::take(&mut self.prompt);
        writeln!(self.input, "{line}")?;
        let text = self.until_prompt(limit)?;
        // The terminal's echo.
        let printed = text.strip_prefix(line).and_then(|it| it.strip_prefix('\n'));
        Ok(Shown { prompt, printed: printed.unwrap_or(&text).to_owned() })
    }

    /// What it waits behind.
    #[must_use]
    pub fn prompt(&self) -> &str {
        &self.prompt
    }

    /// What is shown until the console waits for a line, the prompt left out.
    fn until_prompt(&mut self, limit: Duration) -> Result<String, Failure> {
        let end = Instant::now() + limit;
        let mut bytes = Vec::new();
        loop {
            match self.output.recv_timeout(end.saturating_duration_since(Instant::now())) {
                Ok(more) => bytes.extend(more),
                Err(RecvTimeoutError::Timeout) => {
                    let seconds = limit.as_secs();
                    return Err(Failure(format!("the console shows no prompt for {seconds} s")));
                }
                Err(RecvTimeoutError::Disconnected) => {
                    return Err(Failure("the console's shell has ended".into()));
                }
            }
            let text = String::from_utf8_lossy(&bytes).replace("\r\n", "\n");
            if let Some(at) = prompt_at(&text, &self.shell_prompt) {
                self.prompt = text[at..].to_owned();
                return Ok(text[..at].to_owned());
            }
        }
    }
}

impl Drop for Console {
    fn drop(&mut self) {
        let _ = self.bash.kill();
        let _ = self.bash.wait();
    }
}

/// Where the prompt begins that the text ends with: the shell's, redis-cli's, or a question.
fn prompt_at(text: &str, shell_prompt: &str) -> Option<usize> {
    if text.ends_with(shell_prompt) {
        return Some(text.len() - shell_prompt.len());
    }
    let at = text.rfind('\n').map_or(0, |at| at + 1);
    let last = &text[at..];
    let redis_cli = last == "not connected> "
        || last.strip_suffix("> ").is_some_and(|it| it.contains(':') && !it.contains(' '));
    let source = last.starts_with("Source node #") && last.ends_with(": ");
    let asks = ["(type 'yes' to accept): ", "? "].iter().any(|end| last.ends_with(end));
    (redis_cli || source || asks).then_some(at)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_prompt_is_the_shells_or_a_programs() {
        let at = |text| prompt_at(text, "redis@10.0.0.1:~$ ");
        assert_eq!(at("OK\nredis@10.0.0.1:~$ "), Some(3));
        assert_eq!(at("xredis@10.0.0.1:~$ "), Some(1));
        assert_eq!(at("OK\n127.26.0.1:6379> "), Some(3));
        assert_eq!(at("127.26.0.1:6379(TX)> "), Some(0));
        assert_eq!(at("not connected> "), Some(0));
        assert_eq!(at("a\nSure? (type 'yes' to accept): "), Some(2));
        assert_eq!(at("a\nWhat is the receiving node ID? "), Some(2));
        assert_eq!(at("Source node #12: "), Some(0));
        assert_eq!(at("Moving slot 1 from a:1 to b:2: "), None);
        assert_eq!(at("127.26.0.1:6379> SET a b\r\n"), None);
        assert_eq!(at("OK\n"), None);
    }

    #[test]
    fn bash_answers_as_on_a_terminal() {
        let folder = std::env::temp_dir();
        let env = [("COLOUR".to_owned(), "blue".to_owned())];
        let mut console = Console::open(&folder, &folder, &env, "me$ ".into()).unwrap();
        let shown = console.type_line("echo a $COLOUR; false", Duration::from_secs(20)).unwrap();
        assert_eq!(shown, Shown { prompt: "me$ ".into(), printed: "a blue\n".into() });
        let shown = console.type_line("echo $?", Duration::from_secs(20)).unwrap();
        assert_eq!(shown.printed, "1\n");
        assert!(console.type_line("sleep 60", Duration::from_millis(50)).is_err());
    }
}
