//! An exercise as it was read from its files.

use borsh::{BorshDeserialize, BorshSerialize};

use crate::condition::{All, Span};

/// An exercise in one language, with what is missing in that language in English.
#[derive(Debug, Clone, PartialEq)]
pub struct Exercise {
    /// What describes it.
    pub head: Head,
    /// What is read before the first step.
    pub intro: Vec<Block>,
    /// The steps, one after the other.
    pub steps: Vec<Step>,
    /// What is read when it is solved.
    pub closing: Vec<Block>,
    /// The first language of the file that was wanted; `en` where there is none.
    pub language: String,
    /// Whether a part was not translated and stands there in English.
    pub incomplete: bool,
}

/// What the lab of an exercise is opened with and judged by: all of it but the words.
#[derive(Debug, Clone, PartialEq, BorshSerialize, BorshDeserialize)]
pub struct Task {
    /// What the lab is opened with, as [`scenario::Scenario::open`] takes it.
    pub lab: String,
    /// The seed; none for the scenario's own.
    pub seed: Option<u64>,
    /// Lines of a session, typed before the learner takes over.
    pub prepare: String,
    /// What is checked, step by step.
    pub steps: Vec<Vec<Rule>>,
}

impl Exercise {
    /// What its lab is opened with and judged by.
    #[must_use]
    pub fn task(&self) -> Task {
        let rules = |step: &Step| step.checks.iter().map(|check| check.rule.clone()).collect();
        Task {
            lab: self.head.lab.clone(),
            seed: self.head.seed,
            prepare: self.head.prepare.clone(),
            steps: self.steps.iter().map(rules).collect(),
        }
    }
}

/// The front matter.
#[derive(Debug, Clone, PartialEq)]
pub struct Head {
    /// The name of its folder.
    pub id: String,
    /// Its title.
    pub title: String,
    /// One sentence for the catalogue.
    pub summary: String,
    /// How hard it is.
    pub level: Level,
    /// About how long it takes, minutes.
    pub minutes: u32,
    /// Exercises that come before it, by id.
    pub after: Vec<String>,
    /// What the lab is opened with, as [`scenario::Scenario::open`] takes it.
    pub lab: String,
    /// The seed; none for the scenario's own.
    pub seed: Option<u64>,
    /// Lines of a session, typed before the learner takes over.
    pub prepare: String,
    /// Why real servers can not play it; none when they can.
    pub not_real: Option<String>,
}

/// How hard an exercise is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Level {
    /// Needs nothing but this page.
    Basic,
    /// Needs the walkthrough.
    Intermediate,
    /// Needs most of the others.
    Advanced,
}

/// A step.
#[derive(Debug, Clone, PartialEq)]
pub struct Step {
    /// A word that is unique in the exercise.
    pub id: String,
    /// Its heading.
    pub title: String,
    /// Its text, with hints and quizzes where they stand.
    pub blocks: Vec<Block>,
    /// What is checked. A step without `when` is done when the reader goes on.
    pub checks: Vec<Check>,
    /// Parts of the page that it talks about, such as `console`, `graph`, `panel:failovers`, `node:10.0.0.1`.
    pub light: Vec<String>,
    /// Notes for whoever presents it.
    pub notes: Vec<Block>,
    /// Whether its title, a block or a check stands there in English because it is not translated.
    pub untranslated: bool,
}

/// Something that is checked while a step is the present one.
#[derive(Debug, Clone, PartialEq)]
pub struct Check {
    /// A word that is unique in the step.
    pub id: String,
    /// What the learner reads.
    pub text: String,
    /// What is asked for.
    pub rule: Rule,
    /// What is said when the rule is broken, or when a [`Rule::Wrong`] came true.
    pub hint: Option<String>,
}

/// What a check asks for.
#[derive(Debug, Clone, PartialEq, BorshSerialize, BorshDeserialize)]
pub enum Rule {
    /// Must come true in this step; from then on it is ticked off.
    When {
        /// What.
        all: All,
        /// At most so long after the step began, or after `since` came true.
        within: Option<Span>,
        /// What the time is counted from.
        since: Option<All>,
        /// It must have been true for so long without a break, which began within the time.
        lasting: Option<Span>,
    },
    /// Must be true at the moment when the step would be done.
    Still(All),
    /// Must not come true while the step lasts: then the step must be done again.
    Never(All),
    /// A wrong turn that is no failure: its hint is shown as long as it is true.
    Wrong(All),
}

/// A piece of text.
#[derive(Debug, Clone, PartialEq)]
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
        items: Vec<Vec<Block>>,
    },
    /// A table: its first row is the heading.
    Table(Vec<Vec<Vec<Inline>>>),
    /// A quotation.
    Quote(Vec<Block>),
    /// Lines to type at a console: each can be run by a click.
    Console {
        /// The host; none for whichever is chosen.
        host: Option<String>,
        /// The lines.
        lines: Vec<String>,
    },
    /// Something to look at: output, a file.
    Code(String),
    /// A hint that is opened by a click.
    Hint {
        /// What is in it.
        blocks: Vec<Block>,
    },
    /// A question.
    Quiz(Quiz),
}

/// A question with answers to choose from.
#[derive(Debug, Clone, PartialEq)]
pub struct Quiz {
    /// The question.
    pub question: String,
    /// The answers.
    pub answers: Vec<Answer>,
}

/// An answer of a quiz.
#[derive(Debug, Clone, PartialEq)]
pub struct Answer {
    /// What it says.
    pub text: String,
    /// Whether it is right.
    pub right: bool,
    /// Why it is or is not.
    pub why: String,
}

/// A piece of a paragraph.
#[derive(Debug, Clone, PartialEq)]
pub enum Inline {
    /// Words.
    Text(String),
    /// A command, an address, a setting.
    Code(String),
    /// Stressed.
    Emphasis(Vec<Inline>),
    /// Stressed more.
    Strong(Vec<Inline>),
    /// A link.
    Link {
        /// Where to.
        url: String,
        /// What is shown.
        text: Vec<Inline>,
    },
    /// A line break.
    Break,
}
