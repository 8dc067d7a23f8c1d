//! Taking in a frame.

use bridge::{Fact, Frame, HostInfo, NodeFrame, ToHub};

use super::console::Send;
use super::{State, shards};
use crate::shared::Shared;

impl State {
    pub(super) fn take_frame(&mut self, mut frame: Frame, at: f64) {
        if self.lab.is_none() {
            return;
        }
        self.send(ToHub::Drawn);
        self.complete(&mut frame);
        self.outbox.retain(|(number, _)| *number > frame.heard);
        self.turn_to(&frame);
        self.print(&frame);
        self.record(&frame);
        self.learn(&frame);
        self.frame = Some(Shared::new(frame));
        self.frame_at = at;
    }

    /// Fills the tables of which a frame tells only the entries that changed.
    fn complete(&self, frame: &mut Frame) {
        for &host in &frame.partial {
            let known = self.beliefs.get(host).and_then(Option::as_ref);
            let now = frame.hosts.get_mut(host).and_then(|it| it.node.as_mut());
            let (Some(known), Some(now)) = (known, now) else { continue };
            let changed = std::mem::replace(&mut now.peers, known.peers.clone());
            for peer in changed {
                if let Some(entry) = now.peers.iter_mut().find(|it| it.id == peer.id) {
                    *entry = peer;
                }
            }
        }
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
        let newest = |(now, known): (&bridge::HostFrame, &Option<NodeFrame>)| {
            if now.node.is_some() { now.node.clone() } else { known.clone() }
        };
        let beliefs = frame.hosts.iter().zip(self.beliefs.iter()).map(newest).collect();
        self.beliefs = Shared::new(beliefs);
        let shards = match &self.shards {
            None => shards::settle(&self.beliefs, &self.names),
            Some(shards) => shards::grown(shards, self.hosts(), &self.beliefs, &self.names),
        };
        self.shards = shards.map(Shared::new).or_else(|| self.shards.take());
    }

    /// The branch that is alive has other hosts than before.
    pub(super) fn hear_hosts(&mut self, hosts: Vec<HostInfo>) {
        self.names.edit().rename(&hosts);
        if let Some(lab) = &mut self.lab {
            lab.edit().hosts = hosts;
        }
    }

    /// The moment that is shown has so many hosts.
    pub(super) fn fit(&mut self, hosts: usize) {
        if self.consoles.len() == hosts {
            return;
        }
        self.consoles.resize_with(hosts, Shared::default);
        self.beliefs.edit().resize(hosts, None);
        let there = |host: &usize| *host < hosts;
        self.tab = Some(self.tab).filter(there).unwrap_or_default();
        self.selected = self.selected.filter(there);
        self.filter = self.filter.filter(there);
        if !self.belief.seen_by.as_ref().is_none_or(there) {
            self.belief.edit().seen_by = None;
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
