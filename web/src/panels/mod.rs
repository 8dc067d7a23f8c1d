//! What can be shown below the graph, one panel a folder or file.
//!
//! A panel is a function from the page's state to what is drawn. To add one: a module here, a
//! line in [`Panel`], a message `panel-NAME` in `static/i18n`.

mod ballots;
mod beliefs;
mod clients;
mod events;
mod failovers;
pub mod faults;
mod height;
mod packets;
mod pieces;
mod server_log;
mod timeline;
mod timers;
mod why;

use yew::prelude::*;

use crate::state::{Action, Page};
use crate::t;

pub use height::HEIGHT;
use height::Height;

/// A panel.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Panel {
    /// What the nodes decide.
    #[default]
    Events,
    /// What happened when, a lane a node.
    Timeline,
    /// What each node believes of the others.
    Beliefs,
    /// Why a failover does not start or end.
    Why,
    /// Where the time of failovers went.
    Failovers,
    /// What the nodes wait for.
    Timers,
    /// The log of a real server.
    ServerLog,
    /// Clients at work, and what becomes of their writes.
    Clients,
    /// What passes on the wire.
    Packets,
    /// Aimed faults.
    Faults,
}

impl Panel {
    /// All of them, in the order of their tabs.
    pub const ALL: [Self; 10] = [
        Self::Events,
        Self::Timeline,
        Self::Beliefs,
        Self::Why,
        Self::Failovers,
        Self::Timers,
        Self::Packets,
        Self::Clients,
        Self::Faults,
        Self::ServerLog,
    ];

    /// Its name in element ids, message keys, addresses and in what the page remembers.
    pub const fn id(self) -> &'static str {
        match self {
            Self::Events => "events",
            Self::Beliefs => "beliefs",
            Self::Why => "why",
            Self::Failovers => "failovers",
            Self::Timers => "timers",
            Self::ServerLog => "server-log",
            Self::Timeline => "timeline",
            Self::Clients => "clients",
            Self::Packets => "packets",
            Self::Faults => "faults",
        }
    }

    /// The panel of that name.
    pub fn from_id(id: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|it| it.id() == id)
    }

    fn draw(self, state: &Page) -> Html {
        match self {
            Self::Events => events::events(state),
            Self::Beliefs => beliefs::beliefs(state),
            Self::Why => why::why(state),
            Self::Failovers => failovers::failovers(state),
            Self::Timers => timers::timers(state),
            Self::ServerLog => server_log::server_log(state),
            Self::Timeline => timeline::timeline(state),
            Self::Clients => clients::clients(state),
            Self::Packets => packets::packets(state),
            Self::Faults => faults::faults(state),
        }
    }
}

/// The tabs, and the panel that is chosen.
pub fn panels(state: &Page) -> Html {
    let tab = |panel: Panel| {
        let chosen = panel == state.panel;
        let dispatcher = state.dispatcher();
        let onclick =
            Callback::from(move |_: MouseEvent| dispatcher.dispatch(Action::Panel(panel)));
        html! {
            <button id={format!("panel-{}", panel.id())} role="tab" aria-selected={chosen.to_string()}
                aria-controls="panel" tabindex={if chosen { "0" } else { "-1" }} {onclick}>
                { t!(&format!("panel-{}", panel.id())) }
            </button>
        }
    };
    let onkeydown = {
        let (dispatcher, panel) = (state.dispatcher(), state.panel);
        Callback::from(move |event: KeyboardEvent| {
            if let Some(to) = beside(panel, &event.key()) {
                event.prevent_default();
                dispatcher.dispatch(Action::Panel(to));
                crate::browser::focus(&format!("panel-{}", to.id()));
            }
        })
    };
    html! {
        <section class="panels" aria-label={t!("panels")}>
            <header>
                <div class="tabs" role="tablist" aria-label={t!("panels")} {onkeydown}>
                    { for Panel::ALL.map(tab) }
                </div>
                <Height state={state.clone()} />
            </header>
            <div id="panel" key={format!("{} {}", state.lang.tag(), state.panel.id())} class="panel" role="tabpanel"
                aria-labelledby={format!("panel-{}", state.panel.id())}>
                <h2 class="unseen">{ t!(&format!("panel-{}", state.panel.id())) }</h2>
                { state.panel.draw(state) }
            </div>
        </section>
    }
}

/// Where a key leads from a tab.
fn beside(panel: Panel, key: &str) -> Option<Panel> {
    let count = Panel::ALL.len();
    let at = Panel::ALL.iter().position(|&it| it == panel)?;
    let to = match key {
        "ArrowRight" => (at + 1) % count,
        "ArrowLeft" => (at + count - 1) % count,
        "Home" => 0,
        "End" => count - 1,
        _ => return None,
    };
    Some(Panel::ALL[to])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_panel_is_found_by_its_id() {
        for panel in Panel::ALL {
            assert_eq!(Panel::from_id(panel.id()), Some(panel));
        }
    }

    #[test]
    fn arrows_go_round() {
        let (first, last) = (Panel::ALL[0], Panel::ALL[Panel::ALL.len() - 1]);
        assert_eq!(beside(first, "ArrowLeft"), Some(last));
        assert_eq!(beside(last, "ArrowRight"), Some(first));
        assert_eq!(beside(first, "x"), None);
    }
}
