//! `ps`, `pidof`, `kill`

use engine::Signal;
use sim::{HostId, Pid, ProcessKind, ProcessState, World};

use super::Context;
use crate::program::Io;

/// The live processes of the program's host.
async fn processes(io: &Io) -> Vec<(Pid, ProcessKind, ProcessState)> {
    let host = io.host();
    io.world(move |world| world.processes(host).collect()).await
}

/// `ps`, whatever its options
pub(super) async fn ps(context: &Context<'_>) -> i32 {
    let host = context.io.host();
    let listed = context.io.world(move |world| -> Vec<_> {
        let title = |pid| world.title(pid).to_owned();
        world.processes(host).map(|(pid, kind, state)| (pid, kind, state, title(pid))).collect()
    });
    context.out.print("    PID STAT COMMAND\n");
    for (pid, kind, state, title) in listed.await {
        let stat = match state {
            ProcessState::Running => 'S',
            ProcessState::Stopped => 'T',
        };
        let title = match kind {
            ProcessKind::Program => "bash".into(),
            ProcessKind::Server => title,
        };
        context.out.print(&format!("{:7} {stat:<4} {title}\n", pid.0));
    }
    0
}

/// `pidof NAME...`, `pgrep NAME`
pub(super) async fn pidof(context: &Context<'_>, args: &[String]) -> i32 {
    let processes = processes(context.io).await;
    let named = |kind: &ProcessKind| match kind {
        ProcessKind::Program => args.iter().any(|it| it == "bash"),
        ProcessKind::Server => args.iter().any(|it| it == "redis-server" || it == "redis"),
    };
    let pids: Vec<_> =
        processes.iter().filter(|it| named(&it.1)).map(|it| it.0.0.to_string()).collect();
    if pids.is_empty() {
        return 1;
    }
    context.out.print(&format!("{}\n", pids.join(" ")));
    0
}

/// What `kill` sends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Sent {
    /// 0: only whether the process exists.
    Nothing,
    Kill,
    Stop,
    Cont,
    Signal(Signal),
    /// A signal that redis-server and bash ignore.
    Ignored,
}

impl Sent {
    fn parse(name: &str) -> Option<Self> {
        let upper = name.to_ascii_uppercase();
        Some(match upper.strip_prefix("SIG").unwrap_or(&upper) {
            "0" | "EXIT" => Self::Nothing,
            "9" | "KILL" => Self::Kill,
            "15" | "TERM" => Self::Signal(Signal::Term),
            "2" | "INT" => Self::Signal(Signal::Int),
            "19" | "STOP" => Self::Stop,
            "18" | "CONT" => Self::Cont,
            "1" | "HUP" | "13" | "PIPE" => Self::Ignored,
            _ => return None,
        })
    }

    /// Sends it. False when this host has no such process.
    fn send(self, world: &mut World, host: HostId, pid: Pid) -> bool {
        let Some((_, kind, _)) = world.processes(host).find(|it| it.0 == pid) else {
            return false;
        };
        match self {
            Self::Nothing | Self::Ignored => {}
            Self::Kill => world.kill(pid),
            Self::Stop if kind == ProcessKind::Server => world.stop(pid),
            Self::Cont => world.cont(pid),
            Self::Signal(signal) if kind == ProcessKind::Server => world.signal(pid, signal),
            // An interactive bash ignores SIGTERM, and nobody could wake a stopped one.
            Self::Signal(_) | Self::Stop => {}
        }
        true
    }
}

const USAGE: &str = "kill: usage: kill [-s sigspec | -n signum | -sigspec] pid | jobspec ... or \
                     kill -l [sigspec]\n";

/// `kill [-9|-STOP|-CONT|-TERM] PID...`
pub(super) async fn kill(context: &Context<'_>, args: &[String]) -> i32 {
    let (name, pids) = match args {
        [option, name, pids @ ..] if option == "-s" || option == "-n" => (name.as_str(), pids),
        [option, pids @ ..] if option.len() > 1 && option.starts_with('-') => (&option[1..], pids),
        pids => ("TERM", pids),
    };
    if pids.is_empty() {
        context.err.print(USAGE);
        return 2;
    }
    let Some(signal) = Sent::parse(name) else {
        context.err.print(&format!("bash: kill: {name}: invalid signal specification\n"));
        return 1;
    };
    let mut status = 0;
    for text in pids {
        let Ok(pid) = text.parse() else {
            let complaint = "arguments must be process or job IDs";
            context.err.print(&format!("bash: kill: {text}: {complaint}\n"));
            status = 1;
            continue;
        };
        let host = context.io.host();
        if !context.io.world(move |world| signal.send(world, host, Pid(pid))).await {
            context.err.print(&format!("bash: kill: ({pid}) - No such process\n"));
            status = 1;
        }
    }
    status
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn signals_have_numbers_and_names() {
        assert_eq!(Sent::parse("9"), Some(Sent::Kill));
        assert_eq!(Sent::parse("sigkill"), Some(Sent::Kill));
        assert_eq!(Sent::parse("CONT"), Some(Sent::Cont));
        assert_eq!(Sent::parse("TERM"), Some(Sent::Signal(Signal::Term)));
        assert_eq!(Sent::parse("FOO"), None);
    }
}
