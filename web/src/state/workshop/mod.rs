//! Exercises, as the page shows them: the list, the one that is open, and what was done before.

pub mod open;
pub mod record;

use bridge::workshop::{
    Card, Exercise, Fault, FromReader, Left, Progress, Texts, ToReader, Workshop as Asked,
    WorkshopTold,
};
use bridge::{ToHub, Travel};

use super::{Phase, State};
use crate::browser;
use crate::shared::Shared;
use crate::t;
use open::news;
pub use open::{Look, Open, is_free};
use record::Record;

/// What a person does about exercises.
#[derive(Debug, Clone)]
pub enum WorkshopAction {
    /// Shows the column, or puts it away.
    Show(bool),
    /// Back to the list.
    List,
    /// Begins an exercise of the catalogue.
    Choose(String),
    /// Goes on with one where it was left.
    GoOnWith(String, Left),
    /// Begins an exercise of one's own.
    Own(Texts),
    /// The catalogue came: ids in their order.
    Catalogue(Vec<String>),
    /// The files of all exercises came.
    Listed(Vec<Texts>),
    /// The files of the exercise came that is to be begun, or read in another language.
    Fetched(Texts),
    /// Files did not come.
    Unfetched,
    /// The reader answered what it was asked first.
    Read(FromReader),
    /// The reader did not come, or broke.
    Unread,
    /// Looks at this page of the exercise.
    Look(Look),
    /// The reader goes on from a step that checks nothing.
    GoOn,
    /// Back to the moment at which the present step began.
    StepAgain,
    /// The whole exercise again.
    Again,
    /// A hint was opened.
    Hinted,
    /// Large type and notes, or not.
    Present(bool),
    /// Shows all exercises in the place of those of a workshop, or these.
    Only(Option<Vec<String>>),
    /// The address names the exercises of a workshop.
    Follow(Vec<String>),
    /// A file with progress was read.
    Import(String),
    /// What is printed: with solutions or without, and the solution's lines.
    Handout(Option<Handout>),
}

/// What is printed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Handout {
    /// Hints, right answers and the solution, too.
    pub solutions: bool,
    /// The lines of the solution.
    pub session: Option<String>,
    /// Counts how often it was asked for.
    pub count: usize,
}

/// An exercise on its way to the page.
#[derive(Debug, Clone)]
struct Trial {
    /// What the reader was asked.
    number: u64,
    texts: Texts,
    aim: Aim,
    /// What the reader made of it.
    exercise: Option<Box<Exercise>>,
}

/// What is to be done with an exercise when it is read.
#[derive(Debug, Clone)]
enum Aim {
    /// Its lab is opened.
    Begin { seed: Option<u64>, left: Option<Left> },
    /// It is shown in the place of what is open, which is the same in another language.
    Reword,
}

/// Exercises.
#[derive(Debug, Clone, Default)]
pub struct Workshop {
    /// The column is there.
    pub shown: bool,
    /// The ids of the catalogue, in their order.
    pub order: Option<Vec<String>>,
    /// What the list shows, and the language that it is in.
    pub cards: Vec<Card>,
    /// The language of the list's texts that came.
    pub listed: Option<&'static str>,
    /// The one that is open.
    pub open: Option<Open>,
    /// The list is looked at while one is open.
    pub list: bool,
    /// The one whose files are waited for.
    pub wanted: Option<String>,
    /// The seed that it is to be opened with.
    pub seed: Option<u64>,
    /// Where it is to be gone on with.
    left: Option<Left>,
    /// What is wrong with the file of one's own that was opened last.
    pub faults: Vec<Fault>,
    /// Files, or what reads them, did not come.
    pub unfetched: bool,
    /// What the reader was asked and has not answered, with numbers.
    pub asked: Vec<(u64, Shared<ToReader>)>,
    /// The exercises of a workshop.
    pub only: Option<Vec<String>>,
    /// What was done before.
    pub record: Record,
    /// Large type and notes.
    pub presenting: bool,
    /// What is printed.
    pub handout: Option<Handout>,
    /// How often lines of a text were run.
    pub ran: usize,
    /// What is said aloud, and how often something was.
    pub said: (String, usize),
    /// How often the reader was asked.
    count: u64,
    /// The exercise that is being read, or whose lab is waited for.
    trial: Option<Trial>,
    /// A step is about to begin again, at this virtual microsecond.
    again_from: Option<u64>,
    /// The lab that opens next is that of the exercise.
    opening: bool,
    /// For the hub, once it listens.
    waiting: Vec<Asked>,
}

impl Workshop {
    /// As it was left, and what the address asks for.
    pub fn remembered(
        exercise: Option<String>,
        only: Option<Vec<String>>,
        seed: Option<u64>,
    ) -> Self {
        Self {
            seed: seed.filter(|_| exercise.is_some()),
            shown: exercise.is_some() || only.is_some(),
            wanted: exercise,
            only,
            record: Record::remembered(),
            ..Self::default()
        }
    }

    /// The cards to show, in their order.
    pub fn visible(&self) -> Vec<&Card> {
        match &self.only {
            None => self.cards.iter().collect(),
            Some(ids) => {
                let card = |id: &String| self.cards.iter().find(|it| it.head.id == *id);
                ids.iter().filter_map(card).collect()
            }
        }
    }

    /// The exercise that comes after one.
    pub fn next(&self, id: &str) -> Option<&str> {
        let order = self.only.as_ref().or(self.order.as_ref())?;
        let at = order.iter().position(|it| it == id)?;
        order.get(at + 1).map(String::as_str)
    }

    /// The exercise of the catalogue that is open.
    pub(super) fn of_the_catalogue(&self) -> Option<&str> {
        self.open.as_ref().filter(|it| !it.is_own()).map(|it| &*it.texts.id)
    }

    /// Whether the branch that was made just now is a step that begins again.
    pub(super) fn begins_step_again(&self) -> bool {
        self.again_from.is_some()
    }

    /// Whether an exercise is about to be opened.
    pub(super) fn is_on_its_way(&self) -> bool {
        self.wanted.is_some() || self.trial.is_some()
    }

    /// What stays when a lab is opened: the exercise, if the lab is its own.
    pub(super) fn opened(&mut self) {
        if !std::mem::take(&mut self.opening) {
            self.open = None;
            self.presenting = false;
        }
    }

    fn say(&mut self, what: String) {
        self.said = (what, self.said.1 + 1);
    }
}

impl State {
    pub(super) fn act_on_workshop(&mut self, action: WorkshopAction) {
        let workshop = self.workshop.edit();
        match action {
            WorkshopAction::Show(shown) => {
                workshop.shown = shown;
                workshop.unfetched = false;
                if !shown {
                    workshop.presenting = false;
                }
            }
            WorkshopAction::List => {
                workshop.list = true;
                workshop.presenting = false;
            }
            WorkshopAction::Choose(id) => workshop.choose(id, None),
            WorkshopAction::GoOnWith(id, left) => {
                workshop.choose(id, Some(left));
                self.past.notice = None;
            }
            WorkshopAction::Own(texts) => {
                workshop.seed = None;
                workshop.left = None;
                workshop.begin(texts);
            }
            WorkshopAction::Catalogue(ids) => workshop.order = Some(ids),
            WorkshopAction::Listed(texts) => {
                workshop.listed = Some(self.lang.tag());
                workshop.ask(ToReader::Cards(texts));
            }
            WorkshopAction::Fetched(texts) => workshop.fetched(texts),
            WorkshopAction::Unfetched => {
                let waited = workshop.wanted.take().is_some();
                self.unfetched(waited);
            }
            WorkshopAction::Read(answer) => self.hear_of_reader(answer),
            WorkshopAction::Unread => {
                workshop.asked.clear();
                // What is still fetched is put to another reader, and what was read is there.
                let lost = workshop.trial.take_if(|it| it.exercise.is_none()).is_some();
                let waited = lost && workshop.wanted.is_none();
                self.unfetched(waited);
            }
            WorkshopAction::Look(look) => {
                workshop.list = false;
                if let Some(open) = &mut workshop.open {
                    open.look = look;
                }
            }
            WorkshopAction::GoOn => {
                workshop.waiting.push(Asked::GoOn);
                if let Some(open) = &mut workshop.open {
                    open.turn();
                }
            }
            WorkshopAction::StepAgain => self.step_again(),
            WorkshopAction::Again => {
                if let Some(open) = &workshop.open {
                    let texts = open.texts.clone();
                    workshop.begin(texts);
                }
            }
            WorkshopAction::Hinted => {
                if let Some(open) = &mut workshop.open {
                    open.hints += 1;
                }
            }
            WorkshopAction::Present(presenting) => workshop.presenting = presenting,
            WorkshopAction::Only(only) => workshop.only = only,
            WorkshopAction::Follow(ids) => {
                if workshop.only.as_ref() != Some(&ids) {
                    workshop.only = Some(ids);
                    workshop.shown = true;
                    workshop.list = true;
                }
            }
            WorkshopAction::Import(text) => {
                let said = match workshop.record.import(&text) {
                    Some(count) => t!("workshop-imported", count = count),
                    None => t!("workshop-import-refused"),
                };
                workshop.say(said);
            }
            WorkshopAction::Handout(handout) => workshop.handout = handout,
        }
    }

    /// Without the exercise that was waited for, a page that shows no lab yet opens the usual one.
    fn unfetched(&mut self, waited: bool) {
        self.workshop.edit().unfetched = true;
        if waited && self.lab.is_none() && self.phase != Phase::Starting {
            self.open_usual();
        }
    }

    /// Time travel: to the moment at which the present step began, and on from there.
    fn step_again(&mut self) {
        let workshop = self.workshop.edit();
        let Some(open) = &mut workshop.open else { return };
        let began = open.present().and_then(|it| open.known(it)).map(|it| it.began_us);
        let (Some(began), Some(step)) = (began, open.present()) else { return };
        open.again += 1;
        open.look = Look::Step(step);
        workshop.list = false;
        workshop.again_from = Some(began);
        workshop.say(t!("workshop-again-said"));
        // What happened at that very moment has happened.
        self.send(ToHub::Travel(Travel::Visit { at_us: began + 1 }));
        self.send(ToHub::Travel(Travel::Fork));
        self.send(ToHub::Run(true));
    }

    /// Sends what waits, once the hub listens.
    pub(super) fn ask_for_workshop(&mut self) {
        if self.phase == Phase::Starting || self.workshop.waiting.is_empty() {
            return;
        }
        for asked in std::mem::take(&mut self.workshop.edit().waiting) {
            self.send(ToHub::Workshop(asked));
        }
    }

    fn hear_of_reader(&mut self, answer: FromReader) {
        let workshop = self.workshop.edit();
        if workshop.asked.is_empty() {
            return;
        }
        let (number, _) = workshop.asked.remove(0);
        match answer {
            FromReader::Cards(cards) => workshop.cards = cards,
            FromReader::Exercise { exercise, task } => workshop.read(number, exercise, task),
            FromReader::Faulty(faults) => {
                if workshop.trial.take_if(|it| it.number == number).is_none() {
                    return;
                }
                workshop.faults = faults;
                workshop.list = true;
                let said = t!("workshop-faults", count = workshop.faults.len());
                workshop.say(said);
                if self.lab.is_none() && self.phase != Phase::Starting {
                    self.open_usual();
                }
            }
        }
    }

    pub(super) fn hear_of_workshop(&mut self, told: WorkshopTold) {
        let workshop = self.workshop.edit();
        match told {
            WorkshopTold::Opening => {
                let Some(Trial { texts, exercise: Some(exercise), .. }) =
                    workshop.trial.take_if(|it| it.exercise.is_some())
                else {
                    return;
                };
                workshop.opening = true;
                workshop.shown = true;
                workshop.list = false;
                workshop.faults.clear();
                workshop.open = Some(Open {
                    texts,
                    exercise: *exercise,
                    progress: None,
                    look: Look::Intro,
                    again: 0,
                    hints: 0,
                });
                // Another lab of the last visit would take the place of this one.
                let left_here =
                    self.workshop.of_the_catalogue().is_some_and(|it| self.past.is_left_in(it));
                if !left_here {
                    self.past.notice = None;
                }
                self.past.links.in_address = None;
                self.phase = Phase::Opening(0.0);
            }
            WorkshopTold::Progress(progress) => {
                let past = self.past.is_shown();
                workshop.hear_progress(progress, past);
            }
        }
    }
}

impl Workshop {
    fn choose(&mut self, id: String, left: Option<Left>) {
        self.shown = true;
        self.unfetched = false;
        self.seed = None;
        self.left = left;
        self.wanted = Some(id);
    }

    /// Opens an exercise's lab, once it is read.
    fn begin(&mut self, texts: Texts) {
        self.shown = true;
        // It begins where it was left once.
        let aim = Aim::Begin { seed: self.seed, left: self.left.take() };
        self.try_out(texts, aim);
    }

    fn fetched(&mut self, texts: Texts) {
        if self.wanted.as_ref() == Some(&texts.id) {
            self.wanted = None;
            self.begin(texts);
        } else if self.open.as_ref().is_some_and(|it| it.texts.id == texts.id) {
            self.try_out(texts, Aim::Reword);
        }
    }

    fn try_out(&mut self, texts: Texts, aim: Aim) {
        let number = self.ask(ToReader::Exercise(texts.clone()));
        self.trial = Some(Trial { number, texts, aim, exercise: None });
    }

    /// Asks the reader.
    fn ask(&mut self, asked: ToReader) -> u64 {
        self.count += 1;
        self.asked.push((self.count, Shared::new(asked)));
        self.count
    }

    /// An exercise was read; it may not be the one that is wanted by now.
    fn read(&mut self, number: u64, exercise: Box<Exercise>, task: Vec<u8>) {
        let Some(trial) = self.trial.as_mut().filter(|it| it.number == number) else { return };
        match &mut trial.aim {
            Aim::Begin { seed, left } => {
                trial.exercise = Some(exercise);
                self.waiting.push(Asked::Open { task, seed: *seed, left: left.take() });
            }
            Aim::Reword => {
                if let (Some(open), Some(trial)) = (&mut self.open, self.trial.take()) {
                    open.texts = trial.texts;
                    open.exercise = *exercise;
                }
            }
        }
    }

    fn hear_progress(&mut self, progress: Progress, past: bool) {
        self.again_from = None;
        let Some(open) = &mut self.open else { return };
        let before = open.progress.replace(progress);
        if before.is_none() {
            open.show_present();
        }
        let said = news(open, before.as_ref());
        let (done, of) =
            (open.progress.as_ref().map_or(0, |it| it.step), open.exercise.steps.len());
        if !open.is_own() {
            let counts = (open.hints, open.again);
            self.record.note(&open.texts.id, done, of, counts, open.is_solved());
        }
        if !said.is_empty() && !past {
            self.say(said);
        }
    }
}

/// Whether the page was never asked for an exercise, nor told that none is wanted.
pub fn is_new_here() -> bool {
    browser::recall(OFFERED).is_none()
}

/// The offer is not made again.
pub fn remember_offer() {
    browser::remember(OFFERED, "yes");
}

/// What the page remembers when the first exercise was offered and answered.
const OFFERED: &str = "exercises-offered";

#[cfg(test)]
mod tests {
    use super::*;
    use crate::state::Action;

    fn act(state: &mut State, action: WorkshopAction) {
        state.apply(Action::Workshop(action));
    }

    fn texts(id: &str) -> Texts {
        Texts { id: id.into(), english: String::new(), translation: None, catalogue: Vec::new() }
    }

    #[test]
    fn a_list_that_is_not_read_leaves_what_was_chosen_meanwhile() {
        let mut state = State::new(Some(1));
        act(&mut state, WorkshopAction::Show(true));
        act(&mut state, WorkshopAction::Listed(vec![texts("one")]));
        act(&mut state, WorkshopAction::Choose("one".into()));
        act(&mut state, WorkshopAction::Unread);
        assert!(state.workshop.unfetched && state.workshop.asked.is_empty());
        act(&mut state, WorkshopAction::Fetched(texts("one")));
        assert_eq!(state.workshop.asked.len(), 1, "another reader is asked");
        assert!(state.workshop.is_on_its_way());
        act(&mut state, WorkshopAction::Unread);
        assert!(!state.workshop.is_on_its_way());
    }

    #[test]
    fn files_that_do_not_come_leave_what_is_being_read() {
        let mut state = State::new(Some(1));
        act(&mut state, WorkshopAction::Own(texts("own")));
        act(&mut state, WorkshopAction::Unfetched);
        assert!(state.workshop.is_on_its_way());
    }
}
