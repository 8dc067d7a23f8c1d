//! The course of somebody through the steps of an exercise, fact by fact.

use std::net::Ipv4Addr;

use engine::Time;
use engine::time::Span;
use scenario::Scenario;

use super::sight::{Happening, Sight};
use super::truth::{Eye, events, is_about};
use crate::condition::{All, Condition};
use crate::exercise::{Rule, Task};
use crate::fact::{Fact, Seen};
use crate::progress::{Mark, Progress, StepProgress};

/// What is checked, step by step.
#[derive(Debug)]
pub(super) struct Plan {
    hosts: Vec<Ipv4Addr>,
    steps: Vec<Vec<Rule>>,
    /// Whether anything asks for the workload's numbers.
    pub(super) asks_for_clients: bool,
}

/// Where somebody is at a moment.
#[derive(Debug, Clone)]
pub(super) struct Course {
    pub(super) now: Time,
    pub(super) progress: Progress,
    sight: Sight,
    /// What the present step looks at and what happened, in the order of [`Plan::events`].
    happened: Vec<bool>,
    /// For each check of the present step.
    timing: Vec<Timing>,
}

/// The times of a `when`.
#[derive(Debug, Clone, Copy, Default)]
struct Timing {
    /// When `since` came true.
    since: Option<Time>,
    /// Since when it has been true without a break.
    from: Option<Time>,
}

impl Plan {
    pub(super) fn new(task: &Task) -> Self {
        let scenario = Scenario::open(&task.lab).ok();
        let hosts = scenario.map(|it| it.hosts.iter().map(|host| host.ip).collect());
        let steps = task.steps.clone();
        let all = steps.iter().flatten().flat_map(|rule| [Some(asked(rule)), since(rule)]);
        let asks_for_clients = all.flatten().flatten().any(about_clients);
        Self { hosts: hosts.unwrap_or_default(), steps, asks_for_clients }
    }

    /// The conditions of a step that look at what happened, in a fixed order.
    fn events(&self, step: usize) -> Vec<&Condition> {
        let mut found = Vec::new();
        for rule in self.steps.get(step).into_iter().flatten() {
            events(asked(rule), &mut |it| found.push(it));
            events(since(rule).map_or(&[], |it| it), &mut |it| found.push(it));
        }
        found
    }
}

/// What a rule asks for.
const fn asked(rule: &Rule) -> &All {
    match rule {
        Rule::When { all, .. } | Rule::Still(all) | Rule::Never(all) | Rule::Wrong(all) => all,
    }
}

const fn since(rule: &Rule) -> Option<&All> {
    match rule {
        Rule::When { since, .. } => since.as_ref(),
        _ => None,
    }
}

fn about_clients(condition: &Condition) -> bool {
    match condition {
        Condition::Clients(_) | Condition::Count(..) | Condition::Unavailable(_) => true,
        Condition::Or(any) => any.iter().any(about_clients),
        Condition::Not(inner) => about_clients(inner),
        _ => false,
    }
}

impl Course {
    /// Nothing was seen yet, and nobody has begun.
    pub(super) fn new() -> Self {
        Self {
            now: Time::ZERO,
            progress: Progress { step: 0, steps: Vec::new(), solved: None },
            sight: Sight::default(),
            happened: Vec::new(),
            timing: Vec::new(),
        }
    }

    /// When time alone may change something.
    pub(super) fn due(&self, plan: &Plan) -> Option<Time> {
        let rules = plan.steps.get(self.progress.step)?;
        let step = self.progress.steps.last()?;
        let checks = rules.iter().zip(&step.checks).zip(&self.timing);
        let open = checks.filter(|((_, mark), _)| **mark == Mark::Open);
        let dues = open.flat_map(|((rule, _), timing)| {
            let Rule::When { within, lasting, since, .. } = rule else { return [None; 2] };
            let base = if since.is_some() { timing.since } else { Some(step.began) };
            // What is true by the last moment may still have to last.
            let end = within.zip(base).filter(|_| timing.from.is_none());
            let end = end.map(|(within, base)| base + within + Span(1));
            [end, lasting.zip(timing.from).map(|(lasting, from)| from + lasting)]
        });
        dues.flatten().filter(|&due| due > self.now).min()
    }

    /// Time has come that may change something; true when it did.
    pub(super) fn wait(&mut self, plan: &Plan, now: Time) -> bool {
        self.now = now;
        self.settle(plan)
    }

    /// Takes a fact in; true when it changed how far one is.
    pub(super) fn take(&mut self, plan: &Plan, fact: &Fact) -> bool {
        self.now = fact.at;
        let happened = self.sight.take(fact);
        match fact.what {
            Seen::Began if self.progress.steps.is_empty() => {
                self.begin(plan);
                self.settle(plan);
                return true;
            }
            Seen::WentOn if self.is_reading(plan) => {
                self.end_step(plan);
                self.settle(plan);
                return true;
            }
            _ => {}
        }
        if self.progress.steps.is_empty() || self.progress.solved.is_some() {
            return false;
        }
        self.note(plan, &happened);
        self.settle(plan)
    }

    /// Whether the present step asks for nothing, so that the reader goes on when it is read.
    pub(super) fn is_reading(&self, plan: &Plan) -> bool {
        let begun = !self.progress.steps.is_empty();
        let asks = |rule: &Rule| matches!(rule, Rule::When { .. } | Rule::Still(_));
        begun && plan.steps.get(self.progress.step).is_some_and(|rules| !rules.iter().any(asks))
    }

    fn note(&mut self, plan: &Plan, happened: &[Happening]) {
        if happened.is_empty() {
            return;
        }
        for (condition, it) in plan.events(self.progress.step).iter().zip(&mut self.happened) {
            *it |= happened.iter().any(|happening| is_about(condition, happening));
        }
    }

    /// Begins the present step.
    fn begin(&mut self, plan: &Plan) {
        let Some(rules) = plan.steps.get(self.progress.step) else {
            self.progress.solved = Some(self.now);
            return;
        };
        self.happened = vec![false; plan.events(self.progress.step).len()];
        self.timing = vec![Timing::default(); rules.len()];
        let checks = vec![Mark::Open; rules.len()];
        self.progress.steps.push(StepProgress { began: self.now, done: None, checks });
    }

    /// The present step is done.
    fn end_step(&mut self, plan: &Plan) {
        let rules = &plan.steps[self.progress.step];
        if let Some(step) = self.progress.steps.last_mut() {
            step.done = Some(self.now);
            for (rule, mark) in rules.iter().zip(&mut step.checks) {
                if matches!(rule, Rule::Never(_)) {
                    *mark = Mark::Met(self.now);
                }
            }
        }
        self.progress.step += 1;
        self.begin(plan);
    }

    /// Looks at all checks of the present step, and goes on while steps are done.
    fn settle(&mut self, plan: &Plan) -> bool {
        let mut changed = false;
        while let Some(rules) = plan.steps.get(self.progress.step) {
            if self.progress.steps.len() <= self.progress.step {
                break;
            }
            changed |= self.look(plan, rules);
            if self.is_reading(plan) || !self.is_done(rules) {
                break;
            }
            self.end_step(plan);
            changed = true;
        }
        changed
    }

    fn look(&mut self, plan: &Plan, rules: &[Rule]) -> bool {
        let (now, step) = (self.now, self.progress.step);
        let step = &mut self.progress.steps[step];
        let mut eye = Eye { sight: &self.sight, hosts: &plan.hosts, happened: &self.happened };
        let mut changed = false;
        for ((rule, mark), timing) in rules.iter().zip(&mut step.checks).zip(&mut self.timing) {
            let holds = eye.all(asked(rule));
            let since = since(rule).is_some_and(|since| eye.all(since));
            let next = match (rule, *mark) {
                (Rule::When { .. }, Mark::Open) => {
                    timing.judge(rule, holds, since, step.began, now)
                }
                (Rule::Never(_), Mark::Open) if holds => Mark::Missed(now),
                (Rule::Still(_), Mark::Open) if holds => Mark::Met(now),
                (Rule::Wrong(_), Mark::Open) if holds => Mark::Missed(now),
                (Rule::Still(_), Mark::Met(_)) | (Rule::Wrong(_), Mark::Missed(_)) if !holds => {
                    Mark::Open
                }
                (_, mark) => mark,
            };
            changed |= next != *mark;
            *mark = next;
        }
        changed
    }

    fn is_done(&self, rules: &[Rule]) -> bool {
        let marks = &self.progress.steps[self.progress.step].checks;
        rules.iter().zip(marks).all(|(rule, mark)| match rule {
            Rule::When { .. } | Rule::Still(_) => matches!(mark, Mark::Met(_)),
            Rule::Never(_) => *mark == Mark::Open,
            Rule::Wrong(_) => true,
        })
    }
}

impl Timing {
    /// How an open `when` is judged.
    fn judge(&mut self, rule: &Rule, holds: bool, since: bool, began: Time, now: Time) -> Mark {
        let Rule::When { within, since: asks_since, lasting, .. } = rule else {
            return Mark::Open;
        };
        if since {
            self.since.get_or_insert(now);
        }
        let base = if asks_since.is_some() { self.since } else { Some(began) };
        self.from = if holds { self.from.or(Some(now)) } else { None };
        let Some(base) = base else { return Mark::Open };
        // What was true before the time began is true at its beginning.
        let from = self.from.map(|from| from.max(base));
        let end = within.map(|within| base + within);
        if let Some(end) = end
            && now > end
            && from.is_none_or(|from| from > end)
        {
            return Mark::Missed(end);
        }
        match from {
            Some(_) if lasting.is_none() => Mark::Met(now),
            Some(from) if now.since(from) >= lasting.unwrap_or_default() => Mark::Met(now),
            _ => Mark::Open,
        }
    }
}
