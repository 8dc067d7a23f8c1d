//! What a command changed, and what of it goes to the replicas.

use alloc::vec::Vec;

use borsh::{BorshDeserialize, BorshSerialize};

use crate::event::Role;
use crate::node::Node;

/// What the command under way, and those before it since the last save, changed.
#[derive(Debug, Default, BorshSerialize, BorshDeserialize)]
pub(crate) struct Effects {
    /// Changes of data since the start. It only grows, so that a command that raised it is known to have
    /// changed something.
    pub dirty: u64,
    /// What goes to the replicas in place of the command as it came.
    rewritten: Option<Vec<Vec<u8>>>,
    /// What goes to the replicas when the command, or the transaction, is done.
    pending: Vec<Vec<Vec<u8>>>,
    /// The command goes to the replicas even if it changed nothing.
    forced: bool,
}

impl Node {
    /// Sends `argv` to the replicas in place of the command under way, if it changes anything.
    pub(crate) fn rewrite_command(&mut self, argv: Vec<Vec<u8>>) {
        self.clients.effects.rewritten = Some(argv);
    }

    /// Sends the command under way to the replicas whatever it changes.
    pub(crate) const fn force_propagation(&mut self) {
        self.clients.effects.forced = true;
    }

    /// Queues a write for the replicas, before the command under way.
    pub(crate) fn also_propagate(&mut self, argv: Vec<Vec<u8>>) {
        if self.role() == Role::Master && !self.clients.obeying {
            self.clients.effects.pending.push(argv);
        }
    }

    /// Notes what a command did: `dirty_before` is the count of changes before it ran.
    pub(crate) fn propagate_command(&mut self, argv: &[Vec<u8>], dirty_before: u64) {
        let effects = &mut self.clients.effects;
        let rewritten = effects.rewritten.take();
        let forced = core::mem::take(&mut effects.forced);
        if effects.dirty != dirty_before || forced {
            self.also_propagate(rewritten.unwrap_or_else(|| argv.to_vec()));
        }
    }

    /// Puts what is pending into the stream; more than one write as a transaction.
    pub(crate) fn flush_propagation(&mut self) {
        let pending = core::mem::take(&mut self.clients.effects.pending);
        let transaction = pending.len() > 1;
        if transaction {
            self.propagate(&[b"MULTI".to_vec()]);
        }
        for argv in &pending {
            self.propagate(argv);
        }
        if transaction {
            self.propagate(&[b"EXEC".to_vec()]);
        }
    }
}
