//! Elections: who asked, who voted, who refused and by which rule.

use bridge::{Answer, BallotFrame, FailoverFrame, Refusal, VoiceFrame};
use yew::prelude::*;

use super::pieces::{chip, sentence, who};
use crate::format::{moment, span};
use crate::state::Page;
use crate::t;

/// The elections of a failover.
pub fn ballots(failover: &FailoverFrame, state: &Page) -> Html {
    html! { <div class="ballots">{ for failover.ballots.iter().map(|it| ballot(it, state)) }</div> }
}

fn ballot(ballot: &BallotFrame, state: &Page) -> Html {
    let name = match (ballot.epoch, ballot.won) {
        (None, _) => t!("beliefs-election-planned"),
        (Some(epoch), Some(true)) => t!("beliefs-election-won", epoch = epoch),
        (Some(epoch), Some(false)) => t!("beliefs-election-lost", epoch = epoch),
        (Some(epoch), None) => t!("beliefs-election-runs", epoch = epoch),
    };
    html! {
        <table class="tally votes" data-candidate={state.names.ip(ballot.candidate).to_owned()}>
            <caption>{ chip(ballot.candidate, state) }{ " " }{ name }</caption>
            <thead><tr>
                <th scope="col">{ t!("beliefs-voter") }</th>
                <th scope="col">{ t!("beliefs-answer") }</th>
                <th scope="col">{ t!("beliefs-when") }</th>
            </tr></thead>
            <tbody>
                { for ballot.voices.iter().map(|it| voice(it, ballot.at_ms, state)) }
                if ballot.voices.is_empty() {
                    <tr><td class="faint" colspan="3">{ t!("beliefs-no-votes") }</td></tr>
                }
            </tbody>
        </table>
    }
}

fn voice(voice: &VoiceFrame, asked_ms: f64, state: &Page) -> Html {
    let (class, said) = match voice.answer {
        Answer::Granted(Some((_, votes, needed))) if votes > needed => {
            ("granted", t!("beliefs-vote-extra"))
        }
        Answer::Granted(Some((_, votes, needed))) => {
            ("granted", t!("beliefs-vote", votes = votes, needed = needed))
        }
        Answer::Granted(None) => ("granted", t!("beliefs-vote-on-its-way")),
        Answer::Refused(why) => ("denied", refusal(why)),
    };
    let after = format!("+{}", span(voice.at_ms - asked_ms));
    html! {
        <tr class={class}>
            <th scope="row">{ sentence(&[who(voice.voter, state)], state) }</th>
            <td>{ said }</td>
            <td title={moment(voice.at_ms)}>{ after }</td>
        </tr>
    }
}

/// The rule by which a vote was refused.
pub fn refusal(why: Refusal) -> String {
    match why {
        Refusal::StaleEpoch { request, current } => {
            t!("beliefs-refused-epoch", request = request, current = current)
        }
        Refusal::AlreadyVoted { epoch } => t!("beliefs-refused-voted", epoch = epoch),
        Refusal::CandidateIsMaster => t!("beliefs-refused-master"),
        Refusal::MasterUnknown => t!("beliefs-refused-unknown"),
        Refusal::MasterUp => t!("beliefs-refused-up"),
        Refusal::VotedRecently { wait_ms } => {
            t!("beliefs-refused-recently", wait = span(wait_ms as f64))
        }
        Refusal::SlotEpoch { slot, owner, request } => {
            t!("beliefs-refused-slot", slot = u32::from(slot), owner = owner, request = request)
        }
    }
}
