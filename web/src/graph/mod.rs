//! The cluster as a picture: the slot ring in the middle, the nodes around it.

mod caption;
mod legend;
mod lines;
mod node;
mod packet_layer;
mod packets;
mod rings;
mod seats;
mod size;
mod slot_ring;
mod timer_layer;

use yew::prelude::*;

use crate::live::Clock;
use crate::names::Names;
use crate::shared::Shared;
use crate::state::shards::slot_arcs;
use crate::state::standing::standings;
use crate::state::{Action, State};
use legend::Legend;
use lines::Lines;
use node::NodeView;
use packet_layer::PacketLayer;
use seats::Seats;
use slot_ring::SlotRing;
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
    let hosts = state.lab.as_ref().map_or(0, |lab| lab.hosts.len());
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
    html! {
        <section class="graph" aria-label="Cluster" ref={place}>
            if let Some(frame) = state.frame.clone().filter(|_| seats.width > 0.0) {
                <Picture {frame} {seats} clock={Clock::of(state)} names={state.names.clone()}
                    {on_select} state={state.clone()} />
            }
            <Legend stretched={state.frame.as_ref().is_some_and(|it| it.running && it.speed > 0.005)} />
        </section>
    }
}

#[derive(Properties, PartialEq)]
struct PictureProps {
    state: UseReducerHandle<State>,
    frame: Shared<bridge::Frame>,
    seats: Shared<Seats>,
    clock: Clock,
    names: Shared<Names>,
    on_select: Callback<usize>,
}

#[component]
fn Picture(props: &PictureProps) -> Html {
    let PictureProps { state, frame, seats, clock, names, on_select } = props;
    let standings = Shared::new(standings(state));
    let arcs = slot_arcs(&state.beliefs, &frame.hosts);
    let view_box = format!("0 0 {} {}", seats.width, seats.height);
    let nodes = standings.iter().enumerate().map(|(host, standing)| {
        let follows = standing.follows.map(|it| AttrValue::from(names.short(it).to_owned()));
        html! {
            <NodeView key={host} {host} standing={standing.clone()} at={seats.hosts[host]}
                radius={seats.node} side={seats.side(host)} ip={names.ip(host).to_owned()} short={names.short(host).to_owned()}
                {follows} selected={state.selected == Some(host)} {on_select} />
        }
    });
    html! {
        <>
        <svg viewBox={view_box} role="group" aria-label="Nodes">
            <Lines seats={seats.clone()} standings={standings.clone()} shards={state.shards.clone()} />
            <SlotRing seats={seats.clone()} standings={standings.clone()} {arcs} />
            <TimerLayer seats={seats.clone()} {frame} clock={*clock} {names}
                standings={standings.clone()} votes={state.votes.clone()} />
            { for nodes }
        </svg>
        <PacketLayer {seats} {frame} clock={*clock} />
        </>
    }
}
