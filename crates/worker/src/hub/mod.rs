//! The hub role: it owns the lab and its pace, hands work to the nodes and tells the page.

mod berth;
mod clients;
mod crew;
mod frame;
mod pace;
mod plan;
mod requests;
mod session;
mod told;
mod travel;
mod tree;
mod watch;
mod wire;
mod workshop;

use std::cell::RefCell;
use std::collections::VecDeque;
use std::rc::Rc;

use ::workshop::exercise::Task;
use bridge::workshop::Workshop;
use bridge::{FromHub, ToHub, Travel, Travelled};
use engine::{Compat, Time};
use scenario::scenario::from_nodes;
use scenario::{Link, Scenario};
use wasm_bindgen::prelude::*;
use web_sys::MessageEvent;

use crate::bell::{Alarm, Bell};
use crate::convert::server_log;
use crate::scope::{post_message, scope};
use plan::Plan;
use session::{Rest, Session};
use tree::Tree;

/// Messages of the page that were not heard yet.
type Inbox = Rc<RefCell<VecDeque<ToHub>>>;

/// Listens from here on.
pub(crate) fn start() {
    let bell = Bell::default();
    let inbox = Inbox::default();
    listen(&inbox, &bell);
    post_message(&FromHub::Ready { version: bridge::VERSION });
    wasm_bindgen_futures::spawn_local(run(inbox, bell));
}

fn listen(inbox: &Inbox, bell: &Bell) {
    let (inbox, bell) = (Rc::clone(inbox), bell.clone());
    let hear = Closure::<dyn FnMut(MessageEvent)>::new(move |event: MessageEvent| {
        match serde_wasm_bindgen::from_value(event.data()) {
            Ok(message) => inbox.borrow_mut().push_back(message),
            Err(why) => failed(format!("The page spoke oddly: {why}")),
        }
        bell.ring();
    });
    scope().set_onmessage(Some(hear.as_ref().unchecked_ref()));
    hear.forget();
}

fn failed(message: String) {
    post_message(&FromHub::Failed { message });
}

async fn run(inbox: Inbox, bell: Bell) {
    let alarm = Alarm::new(&bell);
    let mut heard = 0;
    let mut tree: Option<Tree> = None;
    loop {
        while let Some(message) = next(&inbox) {
            heard += 1;
            match (message, &mut tree) {
                (ToHub::Open { scenario, seed }, _) => {
                    if let Some(scenario) = readable(Scenario::open(&scenario)) {
                        let around = (&bell, &alarm);
                        tree = open(
                            tree.take(),
                            &scenario,
                            Start { seed, ..Start::default() },
                            around,
                        )
                        .await;
                    }
                }
                (ToHub::OpenPasted { nodes, version, node_timeout_ms }, _) => {
                    let scenario = pasted(&nodes, &version, node_timeout_ms);
                    if let Some(scenario) = readable(scenario) {
                        let around = (&bell, &alarm);
                        tree = open(tree.take(), &scenario, Start::default(), around).await;
                    }
                }
                (ToHub::ReadLog { text }, _) => post_message(&server_log::read(&text)),
                (ToHub::Replay(history), _) => {
                    let speed = tree.as_ref().map(Tree::speed);
                    let Some(scenario) = readable(Scenario::open(&history.scenario)) else {
                        continue;
                    };
                    let (seed, plan) = (Some(history.seed), Plan::of(&history));
                    let start = Start { seed, plan, ..Start::default() };
                    tree = open(tree.take(), &scenario, start, (&bell, &alarm)).await;
                    if let Some(tree) = &mut tree {
                        tree.hear(ToHub::Speed(speed.unwrap_or(1.0))).await;
                    }
                }
                (ToHub::Travel(Travel::Follow { link }), _) => {
                    // Without one, the lab that is open stays as it is.
                    let Some((link, scenario)) = decoded(&link) else { continue };
                    let start = Start::towards(&link);
                    tree = open(tree.take(), &scenario, start, (&bell, &alarm)).await;
                    if let Some(tree) = &mut tree {
                        tree.follow(link);
                    }
                }
                (ToHub::Workshop(Workshop::Open { task, seed, left }), _) => {
                    let Some((task, scenario)) = readable(workshop::begin(&task)) else {
                        continue;
                    };
                    // Where it was left, or its beginning.
                    let left = left.and_then(|it| Some((decoded(&it.link)?.0, it.went_on_us)));
                    let (link, went_on) = left.unzip();
                    let mut start = match &link {
                        Some(link) => Start::towards(link),
                        None => Start { seed: seed.or(task.seed), ..Start::default() },
                    };
                    start.task = Some(task);
                    start.went_on = went_on.into_iter().flatten().map(Time).collect();
                    tree = open(tree.take(), &scenario, start, (&bell, &alarm)).await;
                    if let (Some(tree), Some(link)) = (&mut tree, link) {
                        tree.follow(link);
                    }
                }
                (message, Some(tree)) => tree.hear(message).await,
                (_, None) => failed("No lab is open.".to_owned()),
            }
        }
        let rest = match &mut tree {
            Some(tree) => tree.turn(heard).await.unwrap_or_else(|why| {
                failed(why);
                Rest::Idle
            }),
            None => Rest::Idle,
        };
        // A message may have come while nodes were waited for.
        if inbox.borrow().is_empty() {
            rest.set(&alarm);
            bell.heard().await;
        }
    }
}

fn next(inbox: &Inbox) -> Option<ToHub> {
    inbox.borrow_mut().pop_front()
}

/// What could be read; the page hears why something could not.
fn readable<T>(read: Result<T, String>) -> Option<T> {
    read.map_err(|message| post_message(&FromHub::Refused { message })).ok()
}

/// A link that could be read, and its scenario; the page hears why one could not.
fn decoded(link: &str) -> Option<(Link, Scenario)> {
    let refuse = |why| post_message(&FromHub::Travel(Travelled::Refused(travel::fault(why))));
    Link::decode(link).map_err(refuse).ok()
}

fn pasted(nodes: &str, version: &str, node_timeout_ms: u64) -> Result<Scenario, String> {
    let compat = match version {
        "7.0" => Compat::V7_0,
        _ => Compat::V8_2,
    };
    from_nodes(nodes, compat, node_timeout_ms)
}

/// What a lab is opened with beside its scenario.
#[derive(Default)]
struct Start {
    /// None for the scenario's own.
    seed: Option<u64>,
    /// What is done again in it.
    plan: Plan,
    /// What is judged in it.
    task: Option<Task>,
    /// When the reader went on before, from steps that check nothing.
    went_on: Vec<Time>,
}

impl Start {
    /// The way to a link's moment.
    fn towards(link: &Link) -> Self {
        let plan = Plan::new(&link.actions, Some(link.now));
        Self { seed: Some(link.seed), plan, ..Self::default() }
    }
}

/// Opens a lab: its story up to where a person takes over runs at full speed.
async fn open(
    previous: Option<Tree>,
    scenario: &Scenario,
    start: Start,
    (bell, alarm): (&Bell, &Alarm),
) -> Option<Tree> {
    // The previous lab's workers end before new ones start.
    drop(previous);
    post_message(&FromHub::Opening { progress: 0.0 });
    let mut session = Session::new(scenario, start.seed.unwrap_or(scenario.seed), bell);
    session.plan = start.plan;
    if let Some(task) = &start.task {
        session.judge_exercise(task, start.went_on);
    }
    loop {
        match session.open_further().await {
            Ok(None) => break,
            Ok(Some(progress)) => post_message(&FromHub::Opening { progress }),
            Err(why) => {
                failed(why);
                return None;
            }
        }
        alarm.soon();
        bell.heard().await;
    }
    post_message(&FromHub::Opened(session.info()));
    let tree = Tree::new(session, bell);
    tree.tell(bridge::BranchCause::Opened);
    Some(tree)
}
