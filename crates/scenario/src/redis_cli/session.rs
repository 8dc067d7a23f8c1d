//! One run of redis-cli: its connection and how commands go over it.

use super::args::{Options, leading_number};
use super::format::{Style, format};
use super::help;
use super::link::{Link, Lost};
use super::reply::Reply;
use crate::shell::Context;

/// The state of one run.
pub(super) struct Session<'a> {
    pub(super) context: &'a Context<'a>,
    options: Options,
    style: Style,
    /// Whether a person types commands.
    pub(super) interactive: bool,
    link: Option<Link>,
    /// The database that was asked for, and the one that the connection has.
    wanted_db: i64,
    db: i64,
    db_before_multi: i64,
    in_multi: bool,
    resp3: bool,
    /// A redirection was followed: the command is to be sent again, after ASKING perhaps.
    redirected: Option<Redirection>,
}

/// How a command is to be sent again.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Redirection {
    Moved,
    Ask,
}

/// What ends a run early.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Stop {
    /// The command could not be done; the person may try another.
    Failed,
    /// The program ends with this status.
    Exit(i32),
}

impl<'a> Session<'a> {
    pub(super) fn new(context: &'a Context<'a>, options: Options) -> Self {
        let default = if context.out.is_terminal() { Style::Terminal } else { Style::Raw };
        Self {
            context,
            style: options.style.unwrap_or(default),
            interactive: false,
            link: None,
            wanted_db: options.db,
            db: 0,
            db_before_multi: 0,
            in_multi: false,
            resp3: false,
            redirected: None,
            options,
        }
    }

    /// What stands before the cursor.
    pub(super) fn prompt(&self) -> String {
        if self.link.is_none() {
            return "not connected> ".into();
        }
        let mut prompt = format!("{}:{}", self.options.host, self.options.port);
        if self.db != 0 {
            prompt.push_str(&format!("[{}]", self.db));
        }
        if self.in_multi {
            prompt.push_str("(TX)");
        }
        prompt + "> "
    }

    /// Whether replies are shown for people.
    pub(super) const fn for_people(&self) -> bool {
        matches!(self.style, Style::Terminal)
    }

    /// Turns to another server.
    pub(super) async fn connect_to(&mut self, host: String, port: u16) {
        self.options.host = host;
        self.options.port = port;
        self.connect().await;
    }

    /// Connects, again if need be, and sets the connection up. False when nobody answers.
    pub(super) async fn connect(&mut self) -> bool {
        let io = self.context.io;
        if let Some(link) = self.link.take() {
            link.close(io);
        }
        self.db = 0;
        self.in_multi = false;
        self.resp3 = false;
        let Options { host, port, .. } = &self.options;
        match Link::open(io, host, *port).await {
            Ok(link) => self.link = Some(link),
            Err(why) => {
                let text = format!("Could not connect to Redis at {host}:{port}: {why}\n");
                self.context.err.print(&text);
                return false;
            }
        }
        self.authenticate().await;
        self.select().await;
        self.switch_protocol().await;
        self.link.is_some()
    }

    async fn authenticate(&mut self) {
        let Some(password) = self.options.password.clone() else { return };
        let mut command = vec!["AUTH".to_owned()];
        command.extend(self.options.user.clone());
        command.push(password);
        match self.ask(&command).await {
            Some(Reply::Error(text)) => self.context.err.print(&format!("AUTH failed: {text}\n")),
            Some(_) => {}
            None => self.context.err.print("\nI/O error\n"),
        }
    }

    async fn select(&mut self) {
        if self.wanted_db == self.db {
            return;
        }
        let db = self.wanted_db;
        match self.ask(&["SELECT".to_owned(), db.to_string()]).await {
            Some(Reply::Error(text)) => {
                self.context.err.print(&format!("SELECT {db} failed: {text}\n"));
            }
            Some(_) => self.db = db,
            None => self.context.err.print("\nI/O error\n"),
        }
    }

    async fn switch_protocol(&mut self) {
        if !self.options.resp3 {
            return;
        }
        match self.ask(&["HELLO".to_owned(), "3".to_owned()]).await {
            Some(Reply::Error(text)) => {
                self.context.err.print(&format!("HELLO 3 failed: {text}\n"));
            }
            Some(_) => self.resp3 = true,
            None => self.context.err.print("\nI/O error\n"),
        }
    }

    /// Asks beside the person's commands; none when the connection broke.
    async fn ask(&mut self, command: &[String]) -> Option<Reply> {
        let link = self.link.as_mut()?;
        let reply = link.ask(self.context.io, command).await.ok();
        if reply.is_none() {
            self.link = None;
        }
        reply
    }

    /// Runs a command `repeat` times (negative: for ever) and prints its replies.
    pub(super) async fn run(&mut self, argv: &[Vec<u8>], repeat: i64) -> Result<(), Stop> {
        let words: Vec<_> = argv.iter().map(|it| String::from_utf8_lossy(it)).collect();
        if words[0].eq_ignore_ascii_case("help") || words[0] == "?" {
            self.context.out.print(&help::answer(&words[1..], self.context.compat));
            return Ok(());
        }
        let mut done = 0;
        while repeat < 0 || done < repeat {
            if (self.link.is_none() || self.redirected.is_some()) && !self.connect().await {
                self.redirected = None;
                return Err(Stop::Failed);
            }
            let asking = self.redirected.take() == Some(Redirection::Ask);
            if asking && self.ask(&["ASKING".to_owned()]).await.is_none() {
                return Err(Stop::Failed);
            }
            self.once(argv, &words).await?;
            if self.redirected.is_none() {
                done += 1;
                if self.options.interval.0 > 0 {
                    self.context.io.sleep(self.options.interval).await;
                }
            }
        }
        Ok(())
    }

    /// Sends the command and deals with one reply.
    async fn once(&mut self, argv: &[Vec<u8>], words: &[impl AsRef<str>]) -> Result<(), Stop> {
        let io = self.context.io;
        let Some(link) = self.link.as_mut() else { return Err(Stop::Failed) };
        let words: Vec<_> = words.iter().map(|it| it.as_ref().to_ascii_lowercase()).collect();
        if ["subscribe", "psubscribe", "ssubscribe"].contains(&words[0].as_str()) {
            link.send(io, argv);
            if self.for_people() {
                self.context.out.print("Reading messages... (press Ctrl-C to quit)\n");
            }
            return self.watch().await;
        }
        link.send(io, argv);
        match self.answer().await {
            Ok(reply) => {
                self.show(&reply, is_verbatim(&words))?;
                self.note(&words, &reply).await;
                if words[0] == "monitor" && reply.error().is_none() {
                    return self.watch().await;
                }
                Ok(())
            }
            Err(lost) => self.lost(lost, words[0] == "shutdown"),
        }
    }

    /// The next reply. What a server pushes before it is shown to people.
    async fn answer(&mut self) -> Result<Reply, Lost> {
        loop {
            let Some(link) = self.link.as_mut() else { return Err(Lost::EOF) };
            let reply = link.reply(self.context.io).await?;
            if !matches!(reply, Reply::Push(_)) {
                return Ok(reply);
            }
            if self.for_people() {
                self.context.out.print(&format(&reply, self.style, false));
            }
        }
    }

    /// Prints replies as they come, until the connection, the person or an error ends it.
    async fn watch(&mut self) -> Result<(), Stop> {
        while let Some(link) = self.link.as_mut() {
            match link.reply(self.context.io).await {
                Ok(reply) => {
                    self.show(&reply, false)?;
                    if reply.error().is_some() {
                        return Ok(());
                    }
                }
                Err(lost) => return self.lost(lost, false),
            }
        }
        Err(Stop::Failed)
    }

    /// A server that was told to shut down may hang up.
    fn lost(&mut self, lost: Lost, expected: bool) -> Result<(), Stop> {
        self.link = None;
        if expected {
            return Ok(());
        }
        self.context.err.print(&format!("Error: {}\n", lost.0));
        Err(if self.interactive { Stop::Failed } else { Stop::Exit(1) })
    }

    /// Prints a reply, or follows the redirection that it is.
    fn show(&mut self, reply: &Reply, verbatim: bool) -> Result<(), Stop> {
        if let Some(error) = reply.error() {
            if self.options.cluster && self.follow(error) {
                return Ok(());
            }
            if self.options.error_status && !self.interactive {
                self.context.err.print(&format!("{error}\n"));
                return Err(Stop::Exit(1));
            }
        }
        self.context.out.print(&format(reply, self.style, verbatim));
        Ok(())
    }

    /// Takes the address from `MOVED 866 127.0.0.1:21000`. False when the error is none of those.
    fn follow(&mut self, error: &str) -> bool {
        let mut words = error.split(' ');
        let redirection = match words.next() {
            Some("MOVED") => Redirection::Moved,
            Some("ASK") => Redirection::Ask,
            _ => return false,
        };
        let (Some(slot), Some(address)) = (words.next(), words.next()) else { return false };
        let Some((host, port)) = address.rsplit_once(':') else { return false };
        if !host.is_empty() {
            self.options.host = host.into();
        }
        self.options.port = port.parse().unwrap_or(self.options.port);
        if self.interactive {
            let Options { host, port, .. } = &self.options;
            let text = format!("-> Redirected to slot [{slot}] located at {host}:{port}\n");
            self.context.out.print(&text);
        }
        self.redirected = Some(redirection);
        true
    }

    /// Commands that change what the prompt shows.
    async fn note(&mut self, words: &[String], reply: &Reply) {
        let failed = reply.error().is_some();
        match (words[0].as_str(), words.len()) {
            ("select", 2) if !failed => {
                self.db = leading_number(&words[1]);
                self.wanted_db = self.db;
            }
            ("auth", 2 | 3) => self.select().await,
            ("multi", 1) if !failed => {
                self.in_multi = true;
                self.db_before_multi = self.db;
            }
            ("exec", 1) if self.in_multi => {
                self.in_multi = false;
                if failed || *reply == Reply::Nil {
                    self.restore_db();
                }
            }
            ("discard", 1) if !failed => {
                self.in_multi = false;
                self.restore_db();
            }
            ("reset", 1) if !failed => {
                self.in_multi = false;
                self.db = 0;
                self.wanted_db = 0;
            }
            _ => {}
        }
    }

    fn restore_db(&mut self) {
        self.db = self.db_before_multi;
        self.wanted_db = self.db;
    }
}

/// Commands whose reply is a text with line ends of its own.
fn is_verbatim(words: &[String]) -> bool {
    let second = words.get(1).map_or("", String::as_str);
    match words[0].as_str() {
        "info" | "lolwut" => true,
        "cluster" => words.len() == 2 && matches!(second, "nodes" | "info"),
        "client" => matches!(second, "list" | "info"),
        "memory" => matches!(second, "malloc-stats" | "doctor"),
        "latency" => matches!(second, "graph" | "doctor"),
        _ => false,
    }
}
