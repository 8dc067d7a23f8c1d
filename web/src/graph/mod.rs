//! The cluster as a picture: the slot ring in the middle, the nodes around it.

mod aimed;
mod caption;
mod grid;
mod legend;
mod lines;
mod link_editor;
mod node;
mod packet_layer;
mod packets;
mod rings;
mod seats;
pub mod size;
mod slot_ring;
mod timer_layer;

use bridge::Frame;
use yew::prelude::*;

use crate::live::Clock;
use crate::shared::Shared;
use crate::state::belief;
use crate::state::faults::FaultsAction;
use crate::state::shards::slot_arcs;
use crate::state::standing::standings;
use crate::state::{Action, State};
use crate::t;
use legend::legend;
use lines::lines;
use link_editor::link_editor;
use node::NodeView;
use packet_layer::PacketLayer;
use seats::Seats;
use slot_ring::slot_ring;
use timer_layer::TimerLayer;

/// Properties of [`Graph`].
#[derive(Properties, PartialEq)]
pub struct Props {
    /// The page's state.
    pub state: UseReducerHandle<State>,
}

/// The cluster as a picture.
#[component]
pub fn Graph(props: &Props) -> Html {
    let state = &props.state;
    let place = use_node_ref();
    let size = size::use_size(&place);
    // Places stay as they are in the past, when some hosts are not there yet.
    let hosts = state.hosts();
    let seats =
        use_memo((state.shards.clone(), hosts, size), |(shards, hosts, (width, height))| {
            let loose: Vec<_> = (0..*hosts).map(|host| vec![host]).collect();
            let shards = shards.as_ref().map_or(&loose, |it| &**it);
            Shared::new(Seats::arrange(shards, *hosts, *width, *height))
        });
    let seats = (*seats).clone();
    let on_select = {
        let dispatcher = state.dispatcher();
        use_callback((), move |host: usize, ()| dispatcher.dispatch(Action::Select(Some(host))))
    };
    let on_fault = {
        let dispatcher = state.dispatcher();
        use_callback((), move |action: FaultsAction, ()| {
            dispatcher.dispatch(Action::Faults(action))
        })
    };
    let slowed = state.frame.as_ref().is_some_and(|it| it.running && it.speed > 0.005);
    html! {
        <section class="graph" aria-label={t!("graph")} ref={place}>
            if let Some(frame) = state.frame.as_ref().filter(|_| seats.width > 0.0) {
                { picture(state, frame, &seats, (&on_select, &on_fault)) }
            }
            { seen_by(state) }
            { legend(slowed) }
            { link_editor(state, &seats) }
        </section>
    }
}

/// Whose belief the picture shows, if not what is true.
fn seen_by(state: &State) -> Html {
    let Some(observer) = state.belief.seen_by else { return Html::default() };
    html! {
        <p class="seen-by" role="status">{ t!("graph-seen-by", host = state.names.ip(observer)) }</p>
    }
}

fn picture(
    state: &State,
    frame: &Shared<Frame>,
    seats: &Shared<Seats>,
    (on_select, on_fault): (&Callback<usize>, &Callback<FaultsAction>),
) -> Html {
    let (clock, names) = (Clock::of(state), &state.names);
    let seen = state.belief.seen_by.and_then(|observer| belief::seen(state, observer));
    let (standings, arcs) = match seen {
        Some((standings, arcs)) => (Shared::new(standings), arcs),
        None => (Shared::new(standings(state)), slot_arcs(&state.beliefs, &frame.hosts)),
    };
    let true_to_all = state.belief.seen_by.is_none();
    let view_box = format!("0 0 {} {}", seats.width, seats.height);
    let drawn = standings.iter().enumerate().filter(|(_, it)| !it.forgotten);
    let nodes = drawn.map(|(host, standing)| {
        let follows = standing.follows.map(|it| AttrValue::from(names.short(it).to_owned()));
        html! {
            <NodeView key={host} {host} standing={standing.clone()}
                at={seats.hosts.get(host).copied().unwrap_or_default()}
                radius={seats.node} side={seats.side(host)} brief={seats.brief()} ip={names.ip(host).to_owned()}
                short={names.short(host).to_owned()} {follows}
                selected={state.selected == Some(host)} {on_select} />
        }
    });
    html! {
        <>
            <svg viewBox={view_box} role="group" aria-label={t!("graph-nodes")}>
                { lines((seats, names), &standings, state.shards.as_ref().map_or(&[], |it| it.as_slice()), on_fault) }
                { slot_ring(seats, &standings, &arcs) }
                if true_to_all {
                    <TimerLayer {seats} {frame} {clock} {names} standings={standings.clone()}
                        votes={state.votes.clone()} />
                }
                { for nodes }
                { aimed::aimed((seats, names), state.faults.lasting.as_ref(), on_fault) }
            </svg>
            if true_to_all {
                <PacketLayer {seats} {frame} {clock} />
            }
        </>
    }
}
