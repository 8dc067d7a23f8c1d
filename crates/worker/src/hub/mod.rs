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
use bridge::workshop::{Left, Workshop};
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
                (ToHub::Travel(Travel::Follow { link }), _) => match Link::decode(&link) {
                    Ok((link, scenario)) => {
                        let (seed, plan) =
                            (Some(link.seed), Plan::new(&link.actions, Some(link.now)));
                        let start = Start { seed, plan, ..Start::default() };
                        tree = open(tree.take(), &scenario, start, (&bell, &alarm)).await;
                        if let Some(tree) = &mut tree {
                            tree.follow(link);
                        }
                    }
                    // The lab that is open stays as it is.
                    Err(why) => {
                        let why = Travelled::Refused(travel::fault(why));
                        post_message(&FromHub::Travel(why));
                    }
                },
                (ToHub::Workshop(Workshop::Open { task, seed, left }), _) => {
                    let Some((task, scenario)) = readable(workshop::begin(&task)) else {
                        continue;
                    };
                    let seed = seed.or(task.seed);
                    let mut start = Start { seed, task: Some(task), ..Start::default() };
                    let link = left.and_then(|it| start.go_on(&it));
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
    /// Plans the way to where an exercise was left. When that can not be read, the page hears why, and
    /// the exercise begins.
    fn go_on(&mut self, left: &Left) -> Option<Link> {
        match Link::decode(&left.link) {
            Ok((link, _)) => {
                self.seed = Some(link.seed);
                self.plan = Plan::new(&link.actions, Some(link.now));
                self.went_on = left.went_on_us.iter().map(|&at| Time(at)).collect();
                Some(link)
            }
            Err(why) => {
                post_message(&FromHub::Travel(Travelled::Refused(travel::fault(why))));
                None
            }
        }
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
