//! Programs of a few lines.

use engine::time::Span;

use super::Context;

/// Runs a program that neither waits nor looks at the world.
pub(super) fn run(context: &Context<'_>, name: &str, args: &[String]) -> i32 {
    let out = &context.out;
    match name {
        "echo" => echo(context, args),
        "hostname" => out.print(&format!("{}\n", context.io.ip())),
        "whoami" => out.print("redis\n"),
        "pwd" => out.print("/var/lib/redis\n"),
        "clear" => out.print("\x1b[H\x1b[2J\x1b[3J"),
        "help" => out.print(HELP),
        "true" | ":" => {}
        "false" => return 1,
        _ if name.contains('/') => {
            context.err.print(&format!("bash: {name}: No such file or directory\n"));
            return 127;
        }
        _ => {
            context.err.print(&format!("bash: {name}: command not found\n"));
            return 127;
        }
    }
    0
}

fn echo(context: &Context<'_>, args: &[String]) {
    let (args, end) = match args.split_first() {
        Some((first, rest)) if first == "-n" => (rest, ""),
        _ => (args, "\n"),
    };
    context.out.print(&format!("{}{end}", args.join(" ")));
}

/// `disk full`, `disk free`: as if somebody had filled the disk, or made room on it.
pub(super) async fn disk(context: &Context<'_>, args: &[String]) -> i32 {
    let full = match args {
        [word] if word == "full" => true,
        [word] if word == "free" => false,
        _ => {
            context.err.print("usage: disk full|free\n");
            return 1;
        }
    };
    let host = context.io.host();
    context.io.world(move |world| world.fill_disk(host, full)).await;
    0
}

/// `env`
pub(super) fn env(context: &Context<'_>) -> i32 {
    for (name, value) in &context.env {
        context.out.print(&format!("{name}={value}\n"));
    }
    0
}

/// `sleep NUMBER[smhd]...`
pub(super) async fn sleep(context: &Context<'_>, args: &[String]) -> i32 {
    const HINT: &str = "Try 'sleep --help' for more information.\n";
    if args.is_empty() {
        context.err.print(&format!("sleep: missing operand\n{HINT}"));
        return 1;
    }
    let mut total = 0;
    for arg in args {
        let Some(us) = interval(arg) else {
            context.err.print(&format!("sleep: invalid time interval '{arg}'\n{HINT}"));
            return 1;
        };
        total += us;
    }
    context.io.sleep(Span(total)).await;
    0
}

/// What `sleep` takes: a number of seconds (or minutes, hours, days), in microseconds.
pub fn interval(text: &str) -> Option<u64> {
    let number = text.strip_suffix(['s', 'm', 'h', 'd']).unwrap_or(text);
    let seconds = match &text[number.len()..] {
        "m" => 60,
        "h" => 3600,
        "d" => 86400,
        _ => 1,
    };
    seconds_to_us(number)?.checked_mul(seconds)
}

/// Decimal seconds in microseconds, without floating point.
pub(crate) fn seconds_to_us(text: &str) -> Option<u64> {
    let (whole, fraction) = text.split_once('.').unwrap_or((text, ""));
    let digits = |it: &str| it.chars().all(|c| c.is_ascii_digit());
    if whole.is_empty() && fraction.is_empty() || !digits(whole) || !digits(fraction) {
        return None;
    }
    if whole.len() > 9 {
        return None;
    }
    let whole: u64 = if whole.is_empty() { 0 } else { whole.parse().ok()? };
    let micros: u64 = format!("{fraction:0<6}")[..6].parse().ok()?;
    Some(whole * 1_000_000 + micros)
}

const HELP: &str = "\
Programs on this host:
  redis-cli [OPTIONS] [cmd [arg ...]]     talk to a server; --cluster help for whole clusters
  redis-server [redis.conf] [--option value ...]
                                          start this host's server, in the background
  kill [-9|-STOP|-CONT|-TERM] PID         send a signal
  ps, pidof NAME                          list processes
  cat, head, tail [-n N] [-f], grep, wc   read files: redis.log, nodes.conf, redis.conf
  ls, rm                                  list and remove files
  load [start|stop|status|ledger|help]    clients that write and read, and what becomes of it
  sleep N                                 wait N seconds
  fault [drop|link|del|show]              lose packets of a kind, slow a link; fault help
  host [add|remove HOST]                  the lab's hosts; one more, or one away; host help
  date -s '+30 seconds'                   set this host's clock
  disk full, disk free                    fill this host's disk, or make room
  date, echo, export, env, hostname, clear, exit
Lines may hold quotes, $VARIABLES, $(...), ;, &&, ||, | and > FILE. Ctrl-C ends a program.
";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn intervals_have_units_and_fractions() {
        assert_eq!(interval("5"), Some(5_000_000));
        assert_eq!(interval("0.25"), Some(250_000));
        assert_eq!(interval(".5s"), Some(500_000));
        assert_eq!(interval("2m"), Some(120_000_000));
        assert_eq!(interval("1h"), Some(3_600_000_000));
        assert_eq!(interval("soon"), None);
        assert_eq!(interval("-1"), None);
    }
}
