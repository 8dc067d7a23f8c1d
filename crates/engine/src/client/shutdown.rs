//! SHUTDOWN and SIGTERM: waiting for replicas, saving, ending.

use alloc::format;

use borsh::{BorshDeserialize, BorshSerialize};

use crate::Time;
use crate::client::{PauseMode, PauseReason};
use crate::event::Event;
use crate::io::{ConnId, Output, Signal};
use crate::log::Level;
use crate::node::Node;
use crate::resp::reply::Reply;
use crate::time::Span;

/// A shutdown that was asked for and has not happened.
#[derive(Debug, BorshSerialize, BorshDeserialize)]
pub(super) struct Shutdown {
    flags: ShutdownFlags,
    pub since: Time,
    /// When waiting for replicas ends; none while a signal waits for the next turn of the cron.
    pub deadline: Option<Time>,
}

/// The options of SHUTDOWN.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub(crate) struct ShutdownFlags {
    /// `SAVE`: write the data although no save point is configured.
    pub save: bool,
    /// `NOSAVE`: do not write the data although save points are configured.
    pub nosave: bool,
    /// `NOW`: do not wait for replicas.
    pub now: bool,
    /// `FORCE`: end even if something fails.
    pub force: bool,
}

const FAILED: &str = "ERR Errors trying to SHUTDOWN. Check logs.";

impl Node {
    /// SIGTERM and SIGINT: SHUTDOWN, as Redis does it at the next turn of its cron.
    pub(crate) fn client_signal(&mut self, signal: Signal) {
        let name = match signal {
            Signal::Term => "SIGTERM",
            Signal::Int => "SIGINT",
        };
        let seconds = self.unix_us() / 1_000_000;
        let text = format!("Received {name} scheduling shutdown...");
        self.emit(Output::Log(format!("{}:signal-handler ({seconds}) {text}", self.pid)));
        if self.clients.shutdown.is_none() {
            let flags = ShutdownFlags::default();
            self.clients.shutdown = Some(Shutdown { flags, since: self.now, deadline: None });
        }
    }

    /// Whether the next turn of the cron has a shutdown to begin or to finish.
    pub(super) fn shutdown_ready(&self) -> bool {
        self.clients.shutdown.as_ref().is_some_and(|shutdown| {
            shutdown.deadline.is_none_or(|at| self.now >= at) || self.replicas_in_sync()
        })
    }

    pub(super) fn shutdown_cron(&mut self) {
        if !self.shutdown_ready() {
            return;
        }
        match self.clients.shutdown.take() {
            Some(Shutdown { deadline: None, flags, .. }) => self.begin_shutdown(flags),
            Some(Shutdown { flags, .. }) => self.finish_shutdown(flags),
            None => {}
        }
    }

    /// SHUTDOWN by a client, which is held while replicas catch up.
    pub(crate) fn shutdown_by_client(&mut self, conn: ConnId, flags: ShutdownFlags) {
        self.hold_in_shutdown(conn);
        if self.clients.shutdown.as_ref().is_none_or(|it| it.deadline.is_none()) {
            self.begin_shutdown(flags);
        }
    }

    fn begin_shutdown(&mut self, flags: ShutdownFlags) {
        self.log(self.demoted(), "User requested shutdown...");
        self.event(Event::ShuttingDown { reason: "User requested shutdown".into() });
        let timeout = self.config.shutdown_timeout;
        if flags.now || timeout == 0 || self.replicas_in_sync() {
            return self.finish_shutdown(flags);
        }
        self.pause(PauseReason::Shutdown, PauseMode::Write, None);
        self.feed_getack();
        self.log(Level::Notice, "Waiting for replicas before shutting down.");
        let deadline = Some(self.now + Span::from_secs(timeout));
        self.clients.shutdown = Some(Shutdown { flags, since: self.now, deadline });
    }

    fn finish_shutdown(&mut self, flags: ShutdownFlags) {
        self.log_replicas_at_shutdown();
        if flags.save || (!self.config.save.is_empty() && !flags.nosave) {
            self.log(Level::Notice, "Saving the final RDB snapshot before exiting.");
            if !self.save_data() {
                if !flags.force {
                    return self.fail_shutdown();
                }
                self.log(Level::Warning, "Error trying to save the DB. Exit anyway.");
            }
        }
        // What is on its way to replicas still reaches them.
        self.repl_before_sleep();
        self.log(Level::Warning, "Redis is now ready to exit, bye bye...");
        self.exit(0);
    }

    fn fail_shutdown(&mut self) {
        self.log(Level::Warning, "Error trying to save the DB, can't exit.");
        self.log(
            Level::Warning,
            "Errors trying to shut down the server. Check the logs for more information.",
        );
        self.clients.shutdown = None;
        self.release_from_shutdown();
    }

    fn release_from_shutdown(&mut self) {
        for conn in self.held_in_shutdown() {
            self.release(conn, &Reply::error(FAILED));
        }
        self.unpause(PauseReason::Shutdown);
    }

    /// SHUTDOWN ABORT.
    ///
    /// # Errors
    /// When no shutdown is under way.
    pub(crate) fn abort_shutdown(&mut self) -> Result<(), Reply> {
        if self.clients.shutdown.take().is_none() {
            return Err(Reply::error("ERR No shutdown in progress."));
        }
        self.log(Level::Notice, "Shutdown manually aborted.");
        self.release_from_shutdown();
        Ok(())
    }
}
