//! redis-cli with a person in front of it.

use super::args::leading_number;
use super::session::{Session, Stop};
use super::words::split;
use crate::program::Typed;

/// From this on, a command's duration is shown, microseconds.
const SLOW: u64 = 500_000;

/// Reads and runs lines until the person leaves. Returns the exit status.
pub(super) async fn converse(session: &mut Session<'_>) -> i32 {
    session.interactive = true;
    session.connect().await;
    loop {
        match session.context.io.read_line(&session.prompt()).await {
            Typed::Interrupt => return 1,
            Typed::Line(line) => {
                if let Some(status) = take(session, &line).await {
                    return status;
                }
            }
        }
    }
}

/// Runs the lines of a pipe or a file. Returns the exit status.
pub(super) async fn read_from(session: &mut Session<'_>, lines: &str) -> i32 {
    session.interactive = true;
    session.connect().await;
    for line in lines.lines() {
        if let Some(status) = take(session, line).await {
            return status;
        }
    }
    0
}

/// Runs a line; the exit status when it was the last.
async fn take(session: &mut Session<'_>, line: &str) -> Option<i32> {
    let out = session.context.out.clone();
    let Some(mut argv) = split(line) else {
        out.print("Invalid argument(s)\n");
        return None;
    };
    let mut repeat = 1;
    if argv.len() > 1 && is_number(&argv[0]) {
        repeat = leading_number(&String::from_utf8_lossy(&argv[0]));
        if repeat <= 0 {
            out.print("Invalid redis-cli repeat command option value.\n");
            return None;
        }
        argv.remove(0);
    }
    let first = String::from_utf8_lossy(argv.first()?).to_ascii_lowercase();
    match (first.as_str(), argv.len()) {
        ("quit" | "exit", _) => return Some(0),
        ("clear", 1) => out.print("\x1b[H\x1b[2J"),
        ("connect", 3) => {
            let host = String::from_utf8_lossy(&argv[1]).into_owned();
            let port = leading_number(&String::from_utf8_lossy(&argv[2]));
            session.connect_to(host, u16::try_from(port).unwrap_or(0)).await;
        }
        // Preferences: there are no hints to switch.
        _ if first.starts_with(':') => {}
        _ => return command(session, &argv, repeat).await,
    }
    None
}

async fn command(session: &mut Session<'_>, argv: &[Vec<u8>], repeat: i64) -> Option<i32> {
    let began = session.context.io.now();
    if let Err(Stop::Exit(status)) = session.run(argv, repeat).await {
        return Some(status);
    }
    let elapsed = session.context.io.now().since(began).0;
    if elapsed >= SLOW && session.for_people() {
        let hundredths = (elapsed / 1000 + 5) / 10;
        let text = format!("({}.{:02}s)\n", hundredths / 100, hundredths % 100);
        session.context.out.print(&text);
    }
    None
}

fn is_number(word: &[u8]) -> bool {
    let digits = word.strip_prefix(b"-").unwrap_or(word);
    !digits.is_empty() && digits.iter().all(u8::is_ascii_digit)
}
