//! What happened in a lab, as JSON lines.
//!
//! Each line is `{"at_us":…, "host":…, "pid":…, "what":{…}}`; the last one is
//! `{"at_us":…, "hash":"…"}`.

mod event;

use std::io::{self, Write};

use engine::{Output, Signal, Time};
use serde_json::{Value, json};
use sim::{HostId, Record, What, World};

/// A trace that is being written.
pub struct Trace<'a> {
    out: Box<dyn Write + 'a>,
}

impl<'a> Trace<'a> {
    /// Writes to `out`.
    pub fn new(out: impl Write + 'a) -> Self {
        Self { out: Box::new(out) }
    }

    /// Writes one record.
    ///
    /// # Errors
    /// When it cannot be written.
    pub fn record(&mut self, world: &World, record: &Record) -> io::Result<()> {
        let mut line = json!({
            "at_us": record.at.0,
            "host": address(world, record.host),
            "what": what(world, &record.what),
        });
        if let Some(pid) = record.pid {
            line["pid"] = pid.0.into();
        }
        writeln!(self.out, "{line}")
    }

    /// Writes the last line.
    ///
    /// # Errors
    /// When it cannot be written.
    pub fn end(&mut self, now: Time, hash: u64) -> io::Result<()> {
        let line = json!({ "at_us": now.0, "hash": format!("{hash:016x}") });
        writeln!(self.out, "{line}")?;
        self.out.flush()
    }
}

fn address(world: &World, host: HostId) -> String {
    let found = world.hosts().find(|&(id, _)| id == host);
    found.map(|(_, ip)| ip.to_string()).unwrap_or_default()
}

fn what(world: &World, what: &What) -> Value {
    match what {
        What::Started => json!({ "started": true }),
        What::Output(output) => self::output(output),
        What::Signal(Signal::Term) => json!({ "signal": "TERM" }),
        What::Signal(Signal::Int) => json!({ "signal": "INT" }),
        What::Killed => json!({ "signal": "KILL" }),
        What::Stopped => json!({ "signal": "STOP" }),
        What::Continued => json!({ "signal": "CONT" }),
        What::ClockSet { off } => json!({ "clock_off_us": off }),
        What::DiskFull(full) => json!({ "disk_full": full }),
        What::Link { to, settings } => json!({
            "link_to": address(world, *to),
            "latency_us": settings.latency.0,
            "jitter_us": settings.jitter.0,
            "loss_ppm": settings.loss_ppm,
            "blocked": settings.blocked,
        }),
        What::RuleSet(id, rule) => {
            let hosts: Vec<_> = world.hosts().map(|(_, ip)| ip).collect();
            json!({ "rule": id.0, "set": scenario::fault::rule(rule, &hosts, world.now()) })
        }
        What::RuleLifted(id) => json!({ "rule": id.0, "lifted": true }),
        What::HostAdded(ip) => json!({ "host_added": ip.to_string() }),
        What::HostRemoved => json!({ "host_removed": true }),
    }
}

fn output(output: &Output) -> Value {
    match output {
        Output::Log(line) => json!({ "log": line }),
        Output::Event(event) => event::json(event),
        Output::Exit { code } => json!({ "exit": code }),
        Output::Listen { port } => json!({ "listen": port }),
        Output::Connect { conn, to, .. } => json!({ "connect": to.to_string(), "conn": conn.0 }),
        Output::Send { conn, bytes } => {
            let mut sent = json!({ "send": bytes.len(), "conn": conn.0 });
            if let Some(kind) = bus::PacketKind::peek(bytes) {
                sent["packet"] = format!("{kind:?}").into();
            }
            sent
        }
        Output::Close { conn } => json!({ "close": conn.0 }),
        Output::WriteFile { name, bytes } => json!({ "file": name, "length": bytes.len() }),
    }
}
