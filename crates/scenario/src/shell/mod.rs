//! The shell of a host: reads lines, runs programs.

pub(crate) mod complete;
mod date;
mod fault;
mod files;
mod host;
pub(crate) mod line;
mod load;
mod pattern;
mod processes;
mod server;
mod small;

use std::collections::BTreeMap;
use std::net::Ipv4Addr;
use std::pin::Pin;

use engine::Compat;

use crate::program::{self, Io, Sink, Typed};
use crate::redis_cli;
use line::{Command, Join, List, Part, Redirect, Word};

pub use small::interval as sleep_interval;
pub(crate) use small::seconds_to_us;

/// A program's surroundings.
pub(crate) struct Context<'a> {
    /// Its process.
    pub(crate) io: &'a Io,
    /// Its standard output.
    pub(crate) out: Sink,
    /// Its standard error.
    pub(crate) err: Sink,
    /// Its standard input, when that is no terminal.
    pub(crate) stdin: Option<String>,
    /// Its environment.
    pub(crate) env: BTreeMap<String, String>,
    /// Which version of Redis is installed.
    pub(crate) compat: Compat,
}

/// A shell.
#[derive(Clone)]
pub(crate) struct Shell {
    compat: Compat,
    variables: BTreeMap<String, String>,
    /// Names of the variables that programs see.
    exported: Vec<String>,
    /// `$?`
    status: i32,
    /// Set by `exit`.
    leaving: bool,
}

/// The exit status of what Ctrl-C ended.
const INTERRUPTED: i32 = 130;

/// What the shell of a host shows when it waits for a line.
pub(crate) fn prompt(ip: Ipv4Addr) -> String {
    format!("redis@{ip}:~$ ")
}

impl Shell {
    /// A login shell.
    pub(crate) fn new(compat: Compat, env: &[(String, String)]) -> Self {
        let exported = env.iter().map(|(name, _)| name.clone()).collect();
        let variables = env.iter().cloned().collect();
        Self { compat, variables, exported, status: 0, leaving: false }
    }

    /// Reads and runs lines until `exit`.
    pub(crate) async fn run(mut self, io: Io) {
        let prompt = prompt(io.ip());
        while !self.leaving {
            let here = self.clone();
            io.settle(program::make(move |io| here.clone().run(io)));
            match io.read_line(&prompt).await {
                Typed::Interrupt => self.status = INTERRUPTED,
                Typed::Line(text) => match line::parse(&text) {
                    Ok(list) => {
                        let out = Sink::Terminal(io.clone());
                        let done = io.foreground(self.list(&io, &list, out)).await;
                        self.status = done.map_or(INTERRUPTED, |()| self.status);
                    }
                    Err(complaint) => {
                        io.print(&format!("bash: {complaint}\n"));
                        self.status = 2;
                    }
                },
            }
        }
        io.print("logout\n");
    }

    /// Boxed, since a command's words may hold lists.
    fn list<'a>(
        &'a mut self,
        io: &'a Io,
        list: &'a List,
        out: Sink,
    ) -> Pin<Box<dyn Future<Output = ()> + 'a>> {
        Box::pin(async move {
            for (join, pipeline) in list {
                let wanted = match join {
                    Join::Always => true,
                    Join::AfterSuccess => self.status == 0,
                    Join::AfterFailure => self.status != 0,
                };
                if wanted && !self.leaving {
                    self.pipeline(io, pipeline, &out).await;
                }
            }
        })
    }

    /// Each command runs to its end before the next one reads what it wrote.
    async fn pipeline(&mut self, io: &Io, pipeline: &[Command], out: &Sink) {
        let mut stdin = None;
        for (at, command) in pipeline.iter().enumerate() {
            let last = at + 1 == pipeline.len();
            let to = if last { out.clone() } else { Sink::buffer() };
            self.command(io, command, stdin.take(), to.clone()).await;
            stdin = Some(to.collected());
        }
    }

    async fn command(&mut self, io: &Io, command: &Command, stdin: Option<String>, out: Sink) {
        let mut argv = Vec::new();
        for word in &command.words {
            argv.extend(self.expand(io, word).await);
        }
        let mut assigned = Vec::new();
        for (name, value) in &command.assignments {
            assigned.push((name.clone(), self.expand(io, value).await.join(" ")));
        }
        let Some((name, args)) = argv.split_first() else {
            self.variables.extend(assigned);
            self.status = 0;
            return;
        };
        let visible = |name: &String| Some((name.clone(), self.variables.get(name)?.clone()));
        let mut env: BTreeMap<_, _> = self.exported.iter().filter_map(visible).collect();
        env.extend(assigned);
        let err = Sink::Terminal(io.clone());
        let mut context = Context { io, out, err, stdin, env, compat: self.compat };
        let mut file = None;
        for redirect in &command.redirects {
            file = self.redirect(&mut context, redirect).await.or(file);
        }
        let written = context.out.clone();
        self.status = self.program(context, name, args).await;
        if let Some((name, append)) = file
            && !files::write(io, name, written.collected(), append).await
        {
            io.print("bash: write error: No space left on device\n");
            self.status = 1;
        }
    }

    /// Turns an output elsewhere; returns the file that is to take it, and whether at its end.
    async fn redirect(
        &mut self,
        context: &mut Context<'_>,
        redirect: &Redirect,
    ) -> Option<(String, bool)> {
        match redirect {
            Redirect::ErrToOut => context.err = context.out.clone(),
            Redirect::Err => context.err = Sink::Null,
            Redirect::Out { file, append } => {
                let name = self.expand(context.io, file).await.join(" ");
                if name != "/dev/null" {
                    context.out = Sink::buffer();
                    return Some((name, *append));
                }
                context.out = Sink::Null;
            }
        }
        None
    }

    /// The words that a word stands for: none, one, or what a substitution printed.
    async fn expand(&mut self, io: &Io, word: &Word) -> Vec<String> {
        let mut text = String::new();
        let mut split = false;
        for part in &word.parts {
            match part {
                Part::Text(literal) => text.push_str(literal),
                Part::Variable(name) => text.push_str(&self.variable(io, name)),
                Part::Substitution(list) => {
                    let sink = Sink::buffer();
                    self.list(io, list, sink.clone()).await;
                    text.push_str(sink.collected().trim_end_matches('\n'));
                    split |= !word.quoted;
                }
            }
        }
        if split {
            text.split_whitespace().map(str::to_owned).collect()
        } else if text.is_empty() && !word.quoted {
            Vec::new()
        } else {
            vec![text]
        }
    }

    fn variable(&self, io: &Io, name: &str) -> String {
        match name {
            "?" => self.status.to_string(),
            "HOSTNAME" => io.ip().to_string(),
            "USER" => "redis".into(),
            _ => self.variables.get(name).cloned().unwrap_or_default(),
        }
    }

    /// Runs one program and returns its exit status.
    async fn program(&mut self, context: Context<'_>, name: &str, args: &[String]) -> i32 {
        match name {
            "redis-cli" => redis_cli::run(&context, args).await,
            "redis-server" => server::start(&context, args).await,
            "ps" => processes::ps(&context).await,
            "pidof" | "pgrep" => processes::pidof(&context, args).await,
            "kill" => processes::kill(&context, args).await,
            "cat" => files::cat(&context, args).await,
            "head" => files::head(&context, args).await,
            "tail" => files::tail(&context, args).await,
            "grep" => files::grep(&context, args).await,
            "wc" => files::wc(&context, args).await,
            "rm" => files::rm(&context, args).await,
            "ls" => files::ls(&context, args).await,
            "load" => load::run(&context, args).await,
            "fault" => fault::run(&context, args).await,
            "host" => host::run(&context, args).await,
            "date" => date::run(&context, args).await,
            "disk" => small::disk(&context, args).await,
            "sleep" => small::sleep(&context, args).await,
            "export" | "unset" => self.export(name, args),
            "env" => small::env(&context),
            "exit" | "logout" => {
                self.leaving = true;
                args.first().and_then(|it| it.parse().ok()).unwrap_or(self.status)
            }
            _ => small::run(&context, name, args),
        }
    }

    fn export(&mut self, name: &str, args: &[String]) -> i32 {
        for arg in args {
            let (variable, value) = arg.split_once('=').unwrap_or((arg, ""));
            if name == "unset" {
                self.variables.remove(variable);
                self.exported.retain(|it| it != variable);
                continue;
            }
            if arg.contains('=') {
                self.variables.insert(variable.into(), value.into());
            }
            if !self.exported.iter().any(|it| it == variable) {
                self.exported.push(variable.into());
            }
        }
        0
    }
}
