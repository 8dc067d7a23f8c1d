//! Taking in a frame.

use bridge::{Fact, Frame, ToHub};

use super::console::Send;
use super::{State, shards};
use crate::shared::Shared;

impl State {
    pub(super) fn take_frame(&mut self, frame: Frame, at: f64) {
        if self.lab.is_none() {
            return;
        }
        self.outbox.retain(|(number, _)| *number > frame.heard);
        self.turn_to(&frame);
        self.print(&frame);
        self.record(&frame);
        self.learn(&frame);
        self.frame = Some(Shared::new(frame));
        self.frame_at = at;
    }

    fn print(&mut self, frame: &Frame) {
        for printed in frame.printed.iter().filter(|_| !frame.past) {
            self.with_console(printed.host, |it| match printed.echo {
                true => it.hear_echo(&printed.text),
                false => it.print(&printed.text),
            });
        }
        for (host, now) in frame.hosts.iter().enumerate() {
            let known = self.consoles.get(host).is_some_and(|it| it.prompt == now.prompt);
            // A prompt that is older than the last line typed has been used up by that line.
            if !known && !self.is_unheard(host) {
                self.with_console(host, |it| it.prompt.clone_from(&now.prompt));
            }
        }
    }

    fn record(&mut self, frame: &Frame) {
        if frame.events.is_empty() || frame.past {
            return;
        }
        let log = self.log.edit();
        for event in &frame.events {
            log.add(event);
        }
        let votes = self.votes.edit();
        for event in &frame.events {
            votes.hear(event);
            if let Fact::Started | Fact::Ended(_) | Fact::Crashed(_) = event.fact {
                votes.forget(event.host);
            }
        }
    }

    fn learn(&mut self, frame: &Frame) {
        let fresh = |(host, now): (usize, &bridge::HostFrame)| {
            let node = now.node.as_ref()?;
            (!self.names.knows(&node.id, host)).then(|| (node.id.clone(), host))
        };
        let fresh: Vec<_> = frame.hosts.iter().enumerate().filter_map(fresh).collect();
        if !fresh.is_empty() {
            let names = self.names.edit();
            fresh.iter().for_each(|(id, host)| names.learn(id, *host));
        }
        let beliefs = self.beliefs.edit();
        for (belief, now) in beliefs.iter_mut().zip(&frame.hosts) {
            if now.node.is_some() {
                belief.clone_from(&now.node);
            }
        }
        if self.shards.is_none() {
            self.shards = shards::settle(&self.beliefs, &self.names).map(Shared::new);
        }
    }

    /// Whether the hub has yet to handle something that was typed into this console.
    fn is_unheard(&self, host: usize) -> bool {
        self.outbox.iter().any(|(_, message)| match message {
            ToHub::Type { host: at, .. } | ToHub::Interrupt { host: at } => *at == host,
            _ => false,
        })
    }

    /// Sends what waits in the consoles and can be typed at this moment.
    pub(super) fn pump_consoles(&mut self) {
        for host in 0..self.consoles.len() {
            let Some(now) = self.frame.as_ref().and_then(|it| it.hosts.get(host)) else { continue };
            let at_shell = now.at_shell;
            if self.is_unheard(host) || self.consoles[host].is_idle() {
                continue;
            }
            match self.consoles[host].edit().next_send(at_shell) {
                Some(Send::Line(line)) => self.send(ToHub::Type { host, line }),
                Some(Send::Interrupt) => self.send(ToHub::Interrupt { host }),
                None => {}
            }
        }
    }
}
