//! The lab: a world, a shell on each host, and the history of what was done to it.

use engine::Time;
use sim::{Done, HostId, LinkSettings, Pid, Window, World};

/// Something done to the lab from outside; together with the seed it is the whole history.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Action {
    /// A line typed into a host's console (a shell line, or input of the program that runs there).
    Type {
        /// Where.
        host: HostId,
        /// What, without the line end.
        line: String,
    },
    /// Ctrl-C in a host's console.
    Interrupt {
        /// Where.
        host: HostId,
    },
    /// Changes the link from one host to another.
    Link {
        /// From.
        from: HostId,
        /// To.
        to: HostId,
        /// The new settings.
        settings: LinkSettings,
    },
    /// A node's host process broke (a panic): the process is gone.
    Crashed {
        /// Which.
        pid: Pid,
    },
}

/// Text that appeared in a host's console.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Printed {
    /// Where.
    pub host: HostId,
    /// The text, line ends included; standard output and error as a terminal shows them.
    pub text: String,
}

/// How a lab starts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Scenario {
    /// Its name.
    pub name: String,
}

/// A world with people at its consoles.
#[derive(Debug)]
pub struct Lab {
    /// The world underneath.
    pub world: World,
}

impl Lab {
    /// Hosts, disks and servers of the scenario, at [`Time::ZERO`]. Its opening (the `--cluster
    /// create` conversation) runs as the clock moves; [`Lab::is_open`] tells when it is over.
    #[must_use]
    pub fn open(_scenario: &Scenario, _seed: u64) -> Self {
        todo!()
    }

    /// Whether the scenario's opening is over, so that a person may take over.
    #[must_use]
    pub fn is_open(&self) -> bool {
        todo!()
    }

    /// Does something to the lab, now.
    pub fn act(&mut self, _action: Action) {
        todo!()
    }

    /// What was done and when.
    #[must_use]
    pub fn history(&self) -> &[(Time, Action)] {
        todo!()
    }

    /// The next window of node work before `limit`; programs' work is done by the lab itself.
    pub fn next_window(&mut self, _limit: Time) -> Option<Window> {
        todo!()
    }

    /// Takes what the nodes did.
    pub fn finish(&mut self, _window: Window, _done: Vec<Done>) {
        todo!()
    }

    /// Servers that ended since the last call (killed or exited): their hosts drop them.
    pub fn take_ended(&mut self) -> Vec<Pid> {
        todo!()
    }

    /// Console output since the last call.
    pub fn take_printed(&mut self) -> Vec<Printed> {
        todo!()
    }

    /// What a host's console waits for: the shell's or a program's prompt; none while a program
    /// runs that takes no input.
    #[must_use]
    pub fn prompt(&self, _host: HostId) -> Option<String> {
        todo!()
    }

    /// Completions of the last word of `line` at a host's prompt: whole replacements for the line.
    #[must_use]
    pub fn complete(&self, _host: HostId, _line: &str) -> Vec<String> {
        todo!()
    }
}
