//! Everything the page knows, in one reducer. Components read it and dispatch [`Action`]s.

pub mod belief;
pub mod clients;
pub mod console;
pub mod faults;
mod frames;
pub mod log;
pub mod packets;
pub mod shards;
pub mod standing;
pub mod travel;
pub mod votes;
pub mod workshop;

use std::rc::Rc;

use bridge::{Frame, FromHub, LabInfo, LogLine, NodeFrame, ToHub, Travel, VERSION};
use yew::{Reducible, UseReducerHandle};

use crate::browser;
use crate::hub;
use crate::i18n::{self, Lang};
use crate::names::Names;
use crate::panels::{self, Panel};
use crate::shared::Shared;
use belief::Belief;
use clients::Clients;
use console::Console;
use faults::{FaultsAction, FaultsView};
use log::Log;
use packets::{PacketsAction, PacketsView};
use travel::{Past, TravelAction};
use votes::Votes;
use workshop::{Workshop, WorkshopAction};

/// The lab that is opened.
const SCENARIO: &str = "walkthrough";

/// How far the lab has come.
#[derive(Debug, Clone, PartialEq)]
pub enum Phase {
    /// The hub has not spoken.
    Starting,
    /// The lab is being built; 0 to 1.
    Opening(f64),
    /// A person may act.
    Open,
    /// It cannot go on, and why.
    Failed(Trouble),
}

/// Why the page cannot go on.
#[derive(Debug, Clone, PartialEq)]
pub enum Trouble {
    /// Page and hub are of different builds: the versions of their messages.
    Builds {
        /// Ours.
        page: u32,
        /// The hub's.
        hub: u32,
    },
    /// The hub panicked, with these last words.
    Broke(String),
    /// The hub said something that cannot be read.
    Odd(String),
    /// The worker's code could not be loaded.
    Unloaded(String),
    /// The browser started no worker and did not say why.
    NoWorker,
    /// What the hub says itself.
    Told(String),
}

/// What can happen to the page.
#[derive(Debug)]
pub enum Action {
    /// The hub said something, at this moment of the page's clock (milliseconds).
    Heard(Box<FromHub>, f64),
    /// The hub broke, or could not be started.
    Broken(Trouble),
    /// A person's wish that the hub must fulfil.
    Tell(ToHub),
    /// Lines for a host's console, typed one by one as it becomes ready for them.
    Type(usize, Vec<String>),
    /// A command for a host's shell: whatever program runs in its console is left first.
    Shell(usize, String),
    /// Lines of a text for a host's console, or for the one that is shown.
    RunLines(Option<usize>, Vec<String>),
    /// Ctrl-C in a host's console.
    Interrupt(usize),
    /// Ctrl-L in a host's console.
    Clear(usize),
    /// The completions that were shown are of no use any more.
    ForgetCompletions(usize),
    /// Opens the lab anew from this seed.
    Reopen(u64),
    /// Shows the console of a host.
    Tab(usize),
    /// Moves the keyboard to the console that is shown, once it is drawn.
    ToConsole,
    /// Opens the inspector for a host, or closes it.
    Select(Option<usize>),
    /// Shows only the events of one host, or of all.
    Filter(Option<usize>),
    /// Puts the pasted log away.
    ForgetLog,
    /// Shows a panel.
    Panel(Panel),
    /// Something about the workload.
    Clients(clients::Action),
    /// Gives the panels this part of the height, percent.
    Share(f64),
    /// Speaks this language.
    Speak(Lang),
    /// About the past, branches and links.
    Travel(TravelAction),
    /// Looks at what nodes believe, and at failovers.
    Belief(belief::Action),
    /// Looks at packets.
    Packets(PacketsAction),
    /// Aims faults.
    Faults(FaultsAction),
    /// About exercises.
    Workshop(WorkshopAction),
}

/// The state of the page.
#[derive(Debug, Clone)]
pub struct State {
    /// How far the lab has come.
    pub phase: Phase,
    /// What the lab was opened with, and its hosts: in the past those that come later, too.
    pub lab: Option<Shared<LabInfo>>,
    /// How hosts are called.
    pub names: Shared<Names>,
    /// The last frame.
    pub frame: Option<Shared<Frame>>,
    /// When it came, on the page's clock.
    pub frame_at: f64,
    /// What each host's server believed when it was last seen.
    pub beliefs: Shared<Vec<Option<NodeFrame>>>,
    /// Which hosts sit together in the graph, settled when the cluster is first seen whole.
    pub shards: Option<Shared<Vec<Vec<usize>>>>,
    /// One for each host.
    pub consoles: Vec<Shared<Console>>,
    /// What nodes decided.
    pub log: Shared<Log>,
    /// Elections under way.
    pub votes: Shared<Votes>,
    /// The workload.
    pub clients: Shared<Clients>,
    /// The host whose console is shown.
    pub tab: usize,
    /// How often the keyboard was wanted there.
    pub to_console: u64,
    /// The host that the inspector is open for.
    pub selected: Option<usize>,
    /// The host whose events are shown; none for all.
    pub filter: Option<usize>,
    /// The panel that is shown.
    pub panel: Panel,
    /// The part of the height that the panels take, percent.
    pub share: f64,
    /// Whose belief is shown, and what is known of failovers.
    pub belief: Shared<Belief>,
    /// The page's language.
    pub lang: Lang,
    /// The log of a real server, as it was read.
    pub server_log: Option<Shared<Vec<LogLine>>>,
    /// Why the hub did not do what was last asked for.
    pub refused: Option<String>,
    /// The past and its branches.
    pub past: Past,
    /// What the page is reduced to inside another one: the parts that are shown.
    pub embed: Option<Shared<Vec<String>>>,
    /// Time stands when the lab opens.
    halted: bool,
    /// The packets that the person looks at.
    pub packets: Shared<PacketsView>,
    /// Aimed faults.
    pub faults: Shared<FaultsView>,
    /// Exercises.
    pub workshop: Shared<Workshop>,
    /// Messages that the hub has not handled yet, with their numbers.
    pub outbox: Vec<(u64, ToHub)>,
    /// Where the chance in the lab comes from.
    pub seed: Option<u64>,
    sent: u64,
    revision: u64,
}

/// Every change makes a new revision, so revisions are all that needs comparing.
impl PartialEq for State {
    fn eq(&self, other: &Self) -> bool {
        self.revision == other.revision
    }
}

impl State {
    /// A page that waits for its hub, and will open a lab from this seed, or from the scenario's own.
    pub fn new(seed: Option<u64>) -> Self {
        Self {
            phase: Phase::Starting,
            lab: None,
            names: Shared::default(),
            frame: None,
            frame_at: 0.0,
            beliefs: Shared::default(),
            shards: None,
            consoles: Vec::new(),
            log: Shared::default(),
            votes: Shared::default(),
            clients: Shared::default(),
            tab: 0,
            to_console: 0,
            selected: None,
            filter: None,
            panel: Panel::default(),
            share: 36.0,
            belief: Shared::default(),
            lang: i18n::lang(),
            server_log: None,
            refused: None,
            past: Past::default(),
            embed: None,
            halted: false,
            packets: Shared::default(),
            faults: Shared::default(),
            workshop: Shared::default(),
            outbox: Vec::new(),
            seed,
            sent: 0,
            revision: 0,
        }
    }

    /// The same, arranged as at the last visit.
    pub fn remembered(address: hub::Address) -> Self {
        let hub::Address { seed, link, embed, halted, exercise, workshop } = address;
        let named = embed.iter().flatten().find_map(|id| Panel::from_id(id));
        let panel = browser::recall("panel").and_then(|id| Panel::from_id(&id));
        let panel = named.or(panel);
        Self {
            past: Past::remembered(link, embed.is_some()),
            workshop: Shared::new(Workshop::remembered(exercise, workshop, seed)),
            embed: embed.map(Shared::new),
            halted,
            panel: panel.unwrap_or_default(),
            share: panels::HEIGHT.remembered(),
            ..Self::new(seed)
        }
    }
}

/// The state as components hold it, with the way to change it.
pub type Page = UseReducerHandle<State>;

impl Reducible for State {
    type Action = Action;

    fn reduce(self: Rc<Self>, action: Action) -> Rc<Self> {
        let mut state = (*self).clone();
        state.revision += 1;
        state.apply(action);
        Rc::new(state)
    }
}

impl State {
    fn apply(&mut self, action: Action) {
        match action {
            Action::Heard(message, at) => self.hear(*message, at),
            Action::Broken(why) => self.phase = Phase::Failed(why),
            Action::Tell(message) => {
                if let ToHub::Open { .. } | ToHub::OpenPasted { .. } | ToHub::ReadLog { .. } =
                    message
                {
                    self.refused = None;
                }
                self.send(message);
            }
            Action::Type(host, lines) => self.with_console(host, |it| it.queue_lines(lines)),
            Action::Shell(host, command) => {
                self.tab = host;
                self.with_console(host, |it| it.queue_command(command));
            }
            Action::RunLines(host, lines) => {
                self.tab = host.unwrap_or(self.tab);
                self.workshop.edit().ran += 1;
                self.with_console(self.tab, |it| it.queue_text(lines));
            }
            Action::Interrupt(host) => {
                self.with_console(host, Console::interrupt);
                self.send(ToHub::Interrupt { host });
            }
            Action::Clear(host) => self.with_console(host, Console::clear),
            Action::ForgetCompletions(host) => self.with_console(host, Console::forget_options),
            Action::Reopen(seed) if self.workshop.open.is_some() => {
                self.workshop.edit().seed = Some(seed);
                self.act_on_workshop(WorkshopAction::Again);
            }
            Action::Reopen(seed) => {
                self.past.links.in_address = None;
                self.past.notice = None;
                self.seed = Some(seed);
                self.phase = Phase::Opening(0.0);
                let scenario = self.lab.as_ref().map_or(SCENARIO, |lab| &lab.scenario).to_owned();
                self.send(ToHub::Open { scenario, seed: self.seed });
            }
            Action::Tab(host) => self.tab = host,
            Action::ToConsole => self.to_console += 1,
            Action::Select(host) => self.selected = host,
            Action::Filter(host) => self.filter = host,
            Action::ForgetLog => self.server_log = None,
            Action::Panel(panel) => {
                browser::remember("panel", panel.id());
                let before = std::mem::replace(&mut self.panel, panel);
                self.watch_clients(before);
            }
            Action::Clients(action) => self.clients(action),
            Action::Share(share) => self.share = share,
            Action::Speak(lang) => self.lang = lang,
            Action::Travel(action) => self.travel(action),
            Action::Belief(action) => self.belief.edit().apply(action),
            Action::Packets(action) => self.act_on_packets(action),
            Action::Faults(action) => self.act_on_faults(action),
            Action::Workshop(action) => self.act_on_workshop(action),
        }
        self.ask_for_workshop();
        self.ask_for_failovers();
        self.ask_for_packets();
        self.pump_consoles();
    }

    fn hear(&mut self, message: FromHub, at: f64) {
        match message {
            FromHub::Ready { version: VERSION } => match self.past.links.waiting.take() {
                Some(link) => self.send(ToHub::Travel(Travel::Follow { link })),
                None => self.open_first(),
            },
            FromHub::Ready { version } => {
                self.phase = Phase::Failed(Trouble::Builds { page: VERSION, hub: version });
            }
            FromHub::Opening { progress } => self.phase = Phase::Opening(progress),
            FromHub::Opened(lab) => self.open(lab),
            FromHub::Hosts(hosts) => self.hear_hosts(hosts),
            FromHub::Frame(frame) => self.take_frame(*frame, at),
            FromHub::Completions { host, line, options } => {
                self.with_console(host, |it| it.offer(line, options));
            }
            FromHub::Failovers(failovers) => self.belief.edit().failovers = failovers,
            FromHub::Packets(packets) => self.hear_packets(*packets),
            FromHub::Packet(packet) => self.hear_packet(packet.map(|it| *it)),
            FromHub::Pcapng(bytes) => Self::hear_pcapng(&bytes),
            FromHub::TakeAway(bytes) => self.taken_away(&bytes),
            FromHub::Faults(faults) => self.hear_faults(*faults),
            FromHub::Link(link) => self.hear_link(link),
            // The page asks for no history.
            FromHub::History(_) => {}
            FromHub::ServerLog(lines) => self.server_log = Some(Shared::new(lines)),
            FromHub::Workload(frame) => self.clients.edit().hear(*frame),
            FromHub::Comparison(comparison) => self.clients.edit().compared(*comparison),
            FromHub::Refused { message } => self.refused = Some(message),
            FromHub::Travel(told) => self.hear_travelled(told),
            FromHub::Workshop(told) => self.hear_of_workshop(told),
            FromHub::Failed { message } => self.phase = Phase::Failed(Trouble::Told(message)),
        }
    }

    /// Opens what the address asks for; the files of an exercise may be on their way.
    fn open_first(&mut self) {
        match self.workshop.is_on_its_way() {
            true => self.phase = Phase::Opening(0.0),
            false => self.open_usual(),
        }
    }

    fn open_usual(&mut self) {
        self.send(ToHub::Open { scenario: SCENARIO.into(), seed: self.seed });
    }

    fn open(&mut self, lab: LabInfo) {
        let (hosts, seed) = (lab.hosts.len(), lab.seed);
        self.workshop.edit().opened();
        *self = Self {
            names: Shared::new(Names::new(&lab.hosts)),
            beliefs: Shared::new(vec![None; hosts]),
            consoles: (0..hosts).map(|_| Shared::default()).collect(),
            lab: Some(Shared::new(lab)),
            phase: Phase::Open,
            panel: self.panel,
            server_log: self.server_log.take(),
            share: self.share,
            lang: self.lang,
            past: self.past.opened(),
            embed: self.embed.clone(),
            halted: self.halted,
            packets: Shared::new(self.packets.in_another_lab()),
            workshop: self.workshop.clone(),
            outbox: std::mem::take(&mut self.outbox),
            sent: self.sent,
            revision: self.revision,
            ..Self::new(Some(seed))
        };
        if self.halted {
            self.send(ToHub::Run(false));
        }
        self.watch_clients(Panel::default());
    }

    /// How many hosts the branch that is alive has; [`State::consoles`] tells those of the moment
    /// that is shown.
    pub fn hosts(&self) -> usize {
        self.lab.as_ref().map_or(0, |lab| lab.hosts.len())
    }

    /// Whether a host was taken away by the moment that is shown.
    pub fn is_gone(&self, host: usize) -> bool {
        self.frame.as_ref().and_then(|it| it.hosts.get(host)).is_some_and(|it| it.gone)
    }

    /// The hosts that are there at the moment that is shown.
    pub fn present(&self) -> impl Iterator<Item = usize> + '_ {
        (0..self.consoles.len()).filter(|&host| !self.is_gone(host))
    }

    /// Whether time passes, as far as the person is concerned: what was asked for counts at once.
    pub fn running(&self) -> bool {
        let wish = self.outbox.iter().rev().find_map(|(_, message)| match message {
            ToHub::Run(run) => Some(*run),
            ToHub::Step | ToHub::NextEvent => Some(false),
            _ => None,
        });
        wish.unwrap_or_else(|| self.frame.as_ref().is_some_and(|it| it.running))
    }

    /// The speed asked for.
    pub fn speed(&self) -> f64 {
        let wish = self.outbox.iter().rev().find_map(|(_, message)| match message {
            ToHub::Speed(speed) => Some(*speed),
            _ => None,
        });
        wish.unwrap_or_else(|| self.frame.as_ref().map_or(1.0, |it| it.speed))
    }

    pub(crate) fn send(&mut self, message: ToHub) {
        self.sent += 1;
        self.outbox.push((self.sent, message));
    }

    fn with_console(&mut self, host: usize, change: impl FnOnce(&mut Console)) {
        if let Some(console) = self.consoles.get_mut(host) {
            change(console.edit());
        }
    }
}
