//! Exercises, as the page shows them: plain mirrors of what was read and judged.

use serde::{Deserialize, Serialize};

/// What the page asks of the reader of exercises, a worker of its own.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub enum ToReader {
    /// Read these for a list; [`FromReader::Cards`] answers, in the same order.
    Cards(Vec<Texts>),
    /// Read an exercise; [`FromReader::Exercise`] or [`FromReader::Faulty`] answers.
    Exercise(Texts),
}

/// What the reader answers, to one message after the other.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub enum FromReader {
    /// What a list shows.
    Cards(Vec<Card>),
    /// An exercise.
    Exercise {
        /// As the page shows it.
        exercise: Box<Exercise>,
        /// What its lab is opened with and judged by, for the hub.
        #[serde(with = "serde_bytes")]
        task: Vec<u8>,
    },
    /// An exercise can not be read.
    Faulty(Vec<Fault>),
}

/// What the page asks of the hub.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub enum Workshop {
    /// Open the lab of an exercise; [`WorkshopTold::Opening`] comes first.
    Open {
        /// As the reader gave it.
        #[serde(with = "serde_bytes")]
        task: Vec<u8>,
        /// Below 2^52; none for the exercise's own.
        seed: Option<u64>,
        /// To go on from there; its seed counts.
        left: Option<Left>,
    },
    /// The reader goes on from a step that checks nothing.
    GoOn,
}

/// Where somebody left an exercise.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Left {
    /// The moment, as [`SharedMoment::link`](crate::SharedMoment::link) names it.
    pub link: String,
    /// When the reader went on from steps that check nothing, virtual microseconds.
    pub went_on_us: Vec<u64>,
}

/// The files of an exercise.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Texts {
    /// The name of its folder.
    pub id: String,
    /// `en.md`
    pub english: String,
    /// The language that is wanted and the text of its file; none for English, or when there is none.
    pub translation: Option<(String, String)>,
    /// The ids of all exercises; empty when the exercise is none of them.
    pub catalogue: Vec<String>,
}

/// What the hub tells.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub enum WorkshopTold {
    /// The lab of the exercise is being opened.
    Opening,
    /// How far the exercise is at the moment that is shown.
    Progress(Progress),
}

/// An exercise in a list.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Card {
    /// What describes it.
    pub head: Head,
    /// How many steps it has.
    pub steps: usize,
    /// Part of it is not translated.
    pub incomplete: bool,
    /// What is wrong with it; then its title is its id.
    pub faults: Vec<Fault>,
}

/// What describes an exercise.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Head {
    /// The name of its folder.
    pub id: String,
    /// Its title.
    pub title: String,
    /// One sentence.
    pub summary: String,
    /// How hard it is.
    pub level: Level,
    /// About how long it takes, minutes.
    pub minutes: u32,
    /// Exercises that come before it, by id.
    pub after: Vec<String>,
    /// Why real servers can not play it.
    pub not_real: Option<String>,
}

/// How hard an exercise is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Level {
    /// Needs nothing but the page.
    Basic,
    /// Needs the walkthrough.
    Intermediate,
    /// Needs most of the others.
    Advanced,
}

/// Something that is wrong in a file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Fault {
    /// The file.
    pub file: String,
    /// The line, from 1.
    pub line: usize,
    /// The character in the line, from 1.
    pub column: usize,
    /// What is wrong.
    pub what: String,
    /// What to do about it.
    pub remedy: String,
}

/// An exercise.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Exercise {
    /// What describes it.
    pub head: Head,
    /// What is read before the first step.
    pub intro: Vec<Block>,
    /// The steps.
    pub steps: Vec<Step>,
    /// What is read when it is solved.
    pub closing: Vec<Block>,
    /// The language of its words, but for what is not translated.
    pub language: String,
    /// Part of it is not translated.
    pub incomplete: bool,
}

/// A step.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Step {
    /// A word that is unique in the exercise.
    pub id: String,
    /// Its heading.
    pub title: String,
    /// Its text.
    pub blocks: Vec<Block>,
    /// What is checked.
    pub checks: Vec<Check>,
    /// Parts of the page that it talks about.
    pub light: Vec<String>,
    /// Notes for whoever presents it.
    pub notes: Vec<Block>,
    /// Something in it is not translated.
    pub untranslated: bool,
}

/// Something that is checked.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Check {
    /// A word that is unique in the step.
    pub id: String,
    /// What the learner reads.
    pub text: String,
    /// What it asks for.
    pub rule: Rule,
    /// What is said when it is broken, or taken.
    pub hint: Option<String>,
}

/// What a check asks for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Rule {
    /// Something that must come true.
    When,
    /// Something that must be true at the end of the step.
    Still,
    /// Something that must not come true.
    Never,
    /// A wrong turn.
    Wrong,
}

/// A piece of text.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub enum Block {
    /// A heading inside of a step.
    Heading(Vec<Inline>),
    /// A paragraph.
    Paragraph(Vec<Inline>),
    /// A list.
    List {
        /// Numbered.
        ordered: bool,
        /// Its items.
        items: Vec<Vec<Self>>,
    },
    /// A table: its first row is the heading.
    Table(Vec<Vec<Vec<Inline>>>),
    /// A quotation.
    Quote(Vec<Self>),
    /// Lines to type.
    Console {
        /// The host's address; none for whichever is chosen.
        host: Option<String>,
        /// The lines.
        lines: Vec<String>,
    },
    /// Something to look at.
    Code(String),
    /// A hint.
    Hint(Vec<Self>),
    /// A question.
    Quiz {
        /// It.
        question: String,
        /// The answers.
        answers: Vec<Answer>,
    },
}

/// An answer of a quiz.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Answer {
    /// What it says.
    pub text: String,
    /// Whether it is right.
    pub right: bool,
    /// Why.
    pub why: String,
}

/// A piece of a paragraph.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum Inline {
    /// Words.
    Text(String),
    /// A command, an address, a setting.
    Code(String),
    /// Stressed.
    Emphasis(Vec<Self>),
    /// Stressed more.
    Strong(Vec<Self>),
    /// A link.
    Link {
        /// Where to.
        url: String,
        /// What is shown.
        text: Vec<Self>,
    },
    /// A line break.
    Break,
}

/// How far an exercise is at a moment.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Progress {
    /// The present step; as many as there are steps when it is solved.
    pub step: usize,
    /// The steps that were begun, the present one last.
    pub steps: Vec<StepProgress>,
    /// When the last step was done, virtual microseconds.
    pub solved_us: Option<u64>,
}

/// How far a step is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct StepProgress {
    /// When it began, virtual microseconds.
    pub began_us: u64,
    /// When it was done.
    pub done_us: Option<u64>,
    /// Its checks, in their order.
    pub checks: Vec<Outcome>,
}

/// What is known of a check, and since when (virtual microseconds).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Outcome {
    /// Not yet true.
    Open,
    /// True.
    Met(u64),
    /// Broken, or too late; a wrong turn: taken.
    Missed(u64),
}
