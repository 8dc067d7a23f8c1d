//! What the phases of a failover are called, and what their length comes from: keys of messages.

use bridge::Phase;

/// What a phase is called.
pub fn name(phase: Phase) -> &'static str {
    match phase {
        Phase::NextPing => "failovers-next-ping",
        Phase::NodeTimeout => "failovers-node-timeout",
        Phase::Cron => "failovers-cron",
        Phase::Reports => "failovers-reports",
        Phase::FailSpreads => "failovers-fail-spreads",
        Phase::FixedDelay => "failovers-fixed-delay",
        Phase::RandomDelay => "failovers-random-delay",
        Phase::RankDelay => "failovers-rank-delay",
        Phase::Votes => "failovers-votes",
        Phase::Retry => "failovers-retry",
        Phase::Promotion => "failovers-promotion",
        Phase::Slots => "failovers-slots",
        Phase::StateOk => "failovers-state-ok",
        Phase::MfStart => "failovers-mf-start",
        Phase::Offset => "failovers-offset",
        Phase::CatchUp => "failovers-catch-up",
        Phase::WritesHeld => "failovers-writes-held",
    }
}

/// The setting or the constant behind its length.
pub fn behind(phase: Phase) -> &'static str {
    match phase {
        Phase::NextPing => "failovers-next-ping-behind",
        Phase::NodeTimeout => "failovers-node-timeout-behind",
        Phase::Cron => "failovers-cron-behind",
        Phase::Reports => "failovers-reports-behind",
        Phase::FailSpreads => "failovers-fail-spreads-behind",
        Phase::FixedDelay => "failovers-fixed-delay-behind",
        Phase::RandomDelay => "failovers-random-delay-behind",
        Phase::RankDelay => "failovers-rank-delay-behind",
        Phase::Votes => "failovers-votes-behind",
        Phase::Retry => "failovers-retry-behind",
        Phase::Promotion => "failovers-promotion-behind",
        Phase::Slots => "failovers-slots-behind",
        Phase::StateOk => "failovers-state-ok-behind",
        Phase::MfStart => "failovers-mf-start-behind",
        Phase::Offset => "failovers-offset-behind",
        Phase::CatchUp => "failovers-catch-up-behind",
        Phase::WritesHeld => "failovers-writes-held-behind",
    }
}

/// The colour of its bar.
pub fn tone(phase: Phase) -> &'static str {
    match phase {
        Phase::NextPing | Phase::Cron | Phase::Retry => "tone-idle",
        Phase::NodeTimeout | Phase::Reports => "tone-doubt",
        Phase::FailSpreads => "tone-failure",
        Phase::FixedDelay | Phase::RandomDelay | Phase::RankDelay => "tone-delay",
        Phase::Votes | Phase::MfStart | Phase::Offset => "tone-vote",
        Phase::Promotion | Phase::Slots | Phase::StateOk => "tone-own",
        Phase::CatchUp => "tone-data",
        Phase::WritesHeld => "tone-client",
    }
}
