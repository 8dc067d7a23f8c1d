//! What armed a timer, and what its firing does: keys of messages.

use bridge::TimerKind;

/// What its firing does.
pub fn fires(kind: TimerKind) -> &'static str {
    match kind {
        TimerKind::NodeTimeout => "timers-node-timeout",
        TimerKind::Handshake => "timers-handshake",
        TimerKind::FailureReport => "timers-failure-report",
        TimerKind::FailClear => "timers-fail-clear",
        TimerKind::Blacklist => "timers-blacklist",
        TimerKind::Writable => "timers-writable",
        TimerKind::ElectionStart => "timers-election-start",
        TimerKind::ElectionExpiry => "timers-election-expiry",
        TimerKind::ElectionRetry => "timers-election-retry",
        TimerKind::Vote => "timers-vote",
        TimerKind::ManualFailover => "timers-manual-failover",
        TimerKind::ClientPause => "timers-client-pause",
        TimerKind::ReplPing => "timers-repl-ping",
        TimerKind::ReplAck => "timers-repl-ack",
        TimerKind::ReplTimeout => "timers-repl-timeout",
        TimerKind::ReplConnect => "timers-repl-connect",
        TimerKind::ReplSync => "timers-repl-sync",
        TimerKind::Shutdown => "timers-shutdown",
    }
}

/// What armed it, and which setting or constant its length comes from.
pub fn armed_by(kind: TimerKind) -> &'static str {
    match kind {
        TimerKind::NodeTimeout => "timers-node-timeout-armed",
        TimerKind::Handshake => "timers-handshake-armed",
        TimerKind::FailureReport => "timers-failure-report-armed",
        TimerKind::FailClear => "timers-fail-clear-armed",
        TimerKind::Blacklist => "timers-blacklist-armed",
        TimerKind::Writable => "timers-writable-armed",
        TimerKind::ElectionStart => "timers-election-start-armed",
        TimerKind::ElectionExpiry => "timers-election-expiry-armed",
        TimerKind::ElectionRetry => "timers-election-retry-armed",
        TimerKind::Vote => "timers-vote-armed",
        TimerKind::ManualFailover => "timers-manual-failover-armed",
        TimerKind::ClientPause => "timers-client-pause-armed",
        TimerKind::ReplPing => "timers-repl-ping-armed",
        TimerKind::ReplAck => "timers-repl-ack-armed",
        TimerKind::ReplTimeout => "timers-repl-timeout-armed",
        TimerKind::ReplConnect => "timers-repl-connect-armed",
        TimerKind::ReplSync => "timers-repl-sync-armed",
        TimerKind::Shutdown => "timers-shutdown-armed",
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::i18n::{FluentValue, text};

    #[test]
    fn every_timer_is_worded() {
        let mut args = fluent_bundle::FluentArgs::new();
        args.set("about", FluentValue::from("x"));
        args.set("by", FluentValue::from("y"));
        for kind in [TimerKind::NodeTimeout, TimerKind::FailureReport, TimerKind::Shutdown] {
            assert!(!text(fires(kind), Some(&args)).starts_with("timers-"));
            assert!(!text(armed_by(kind), None).starts_with("timers-"));
        }
    }
}
