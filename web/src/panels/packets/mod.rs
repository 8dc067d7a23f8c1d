//! What passed on the wire: as a list, opened, as a sequence diagram, as a file.

mod detail;
mod filters;
mod list;
mod sequence;

use bridge::FlightKind;
use yew::prelude::*;

use crate::state::packets::PacketsAction;
use crate::state::{Action, Page};
use crate::t;

/// The panel.
pub fn packets(state: &Page) -> Html {
    let view = &state.packets;
    let send = {
        let dispatcher = state.dispatcher();
        Callback::from(move |action: PacketsAction| dispatcher.dispatch(Action::Packets(action)))
    };
    let names = state.names.clone();
    let shown = match &view.found {
        None => html! { <p class="none">{ t!("packets-asking") }</p> },
        Some(found) if found.rows.is_empty() => {
            html! { <p class="none">{ t!("packets-none") }</p> }
        }
        Some(found) if view.diagram => html! {
            <sequence::Sequence found={found.clone()} names={names.clone()} log={state.log.clone()}
                span={view.span} send={send.clone()} />
        },
        Some(found) => {
            let open = view.open.as_ref().map(|it| (it.row.id, it.row.part));
            html! { <list::List found={found.clone()} names={names.clone()} {open} send={send.clone()} /> }
        }
    };
    html! {
        <section class={classes!("packets", view.open.is_some().then_some("opened"))}
            aria-label={t!("panel-packets")}>
            { filters::filters(state, &send) }
            <div class="wire">
                { shown }
                if let Some(packet) = &view.open {
                    <detail::Detail packet={packet.clone()} {names} field={view.field} {send} />
                }
            </div>
        </section>
    }
}

/// The name of a kind in a list of kinds.
fn kind_name(kind: FlightKind) -> String {
    match kind {
        FlightKind::AuthRequest => "FAILOVER_AUTH_REQUEST".to_owned(),
        FlightKind::AuthAck => "FAILOVER_AUTH_ACK".to_owned(),
        FlightKind::Replication => t!("packets-replication"),
        FlightKind::Client => t!("packets-client"),
        FlightKind::Other => t!("packets-connection"),
        FlightKind::Ping => "PING".to_owned(),
        FlightKind::Pong => "PONG".to_owned(),
        FlightKind::Meet => "MEET".to_owned(),
        FlightKind::Fail => "FAIL".to_owned(),
        FlightKind::Publish => "PUBLISH".to_owned(),
        FlightKind::Update => "UPDATE".to_owned(),
        FlightKind::MfStart => "MFSTART".to_owned(),
    }
}
