//! A host's console: what was printed, what was typed, and what still waits to be typed.

use std::collections::VecDeque;

use crate::shared::Shared;
use crate::t;
use crate::workshop::is_for_shell;

/// Lines of a block of output; blocks keep their identity once they are full.
const BLOCK: usize = 64;
/// Blocks kept.
const BLOCKS: usize = 32;
/// Commands remembered for the up key.
const HISTORY: usize = 500;
/// Ctrl-C's tried to get back to a shell before giving up.
const PATIENCE: u32 = 4;

/// What a line of the console is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// Printed by a program.
    Output,
    /// Typed: `prompt` bytes of prompt, then the line.
    Input {
        /// Length of the prompt.
        prompt: usize,
    },
    /// Said by the page.
    Note,
}

/// A line of the console.
#[derive(Debug, Clone, PartialEq)]
pub struct Line {
    /// What it is.
    pub kind: Kind,
    /// Without the line end.
    pub text: String,
}

/// Something that waits to be typed.
#[derive(Debug, Clone, PartialEq)]
enum Waiting {
    /// For whatever reads the console.
    Line(String),
    /// For the shell.
    Command(String),
}

/// What to send to the hub for a console.
#[derive(Debug, PartialEq)]
pub enum Send {
    /// A typed line.
    Line(String),
    /// Ctrl-C.
    Interrupt,
}

/// Completions that were asked for.
#[derive(Debug, Clone, PartialEq)]
pub struct Offer {
    /// The line they complete.
    pub line: String,
    /// Whole replacements for it.
    pub options: Vec<String>,
}

/// A host's console.
#[derive(Debug, Clone, Default)]
pub struct Console {
    /// Output, oldest first, in blocks with a number each.
    pub blocks: VecDeque<(usize, Shared<Vec<Line>>)>,
    /// Whether the last line was not ended yet.
    open_line: bool,
    /// The prompt of the last frame.
    pub prompt: Option<String>,
    /// Typed lines, oldest first.
    pub history: Shared<Vec<String>>,
    /// Completions to show.
    pub offer: Option<Offer>,
    /// Lines so far, those that were scrolled out or cleared too.
    pub lines: usize,
    waiting: VecDeque<Waiting>,
    /// Lines that were shown when they were sent, and that the hub has yet to tell.
    echoed: VecDeque<String>,
    interrupts: u32,
    next_block: usize,
}

impl Console {
    /// Whether nothing waits to be typed.
    pub fn is_idle(&self) -> bool {
        self.waiting.is_empty()
    }

    /// What waits to be typed.
    pub fn waiting(&self) -> impl Iterator<Item = &str> {
        self.waiting.iter().map(|it| match it {
            Waiting::Line(text) | Waiting::Command(text) => text.as_str(),
        })
    }

    /// Queues typed or pasted lines.
    pub fn queue_lines(&mut self, lines: Vec<String>) {
        self.offer = None;
        for line in lines {
            if !line.trim().is_empty() && self.history.last() != Some(&line) {
                let history = self.history.edit();
                history.push(line.clone());
                let excess = history.len().saturating_sub(HISTORY);
                history.drain(..excess);
            }
            self.waiting.push_back(Waiting::Line(line));
        }
    }

    /// Queues a command for the shell.
    pub fn queue_command(&mut self, command: String) {
        self.interrupts = 0;
        self.waiting.push_back(Waiting::Command(command));
    }

    /// Queues lines of a text: those for the shell leave whatever program runs.
    pub fn queue_text(&mut self, lines: Vec<String>) {
        let mut lines = lines.into_iter().peekable();
        if let Some(first) = lines.next_if(|it| is_for_shell(it)) {
            self.queue_command(first);
        }
        self.queue_lines(lines.collect());
    }

    /// Ctrl-C: forgets what waits. The terminal itself shows `^C`.
    pub fn interrupt(&mut self) {
        self.offer = None;
        self.waiting.clear();
        self.prompt = None;
    }

    /// Ctrl-L.
    pub fn clear(&mut self) {
        self.blocks.clear();
        self.open_line = false;
    }

    /// Takes the next thing to send, given that the hub heard all that was sent before.
    pub fn next_send(&mut self, at_shell: bool) -> Option<Send> {
        match self.waiting.front()? {
            Waiting::Line(_) if self.prompt.is_none() => None,
            Waiting::Command(_) if !at_shell => self.leave_program(),
            Waiting::Command(_) if self.prompt.is_none() => None,
            Waiting::Line(line) | Waiting::Command(line) => {
                let line = line.clone();
                self.waiting.pop_front();
                self.echo(&line);
                Some(Send::Line(line))
            }
        }
    }

    fn leave_program(&mut self) -> Option<Send> {
        if self.interrupts == PATIENCE {
            self.waiting.pop_front();
            self.push(Kind::Note, &t!("console-stubborn"));
            return None;
        }
        self.interrupts += 1;
        self.prompt = None;
        Some(Send::Interrupt)
    }

    fn echo(&mut self, line: &str) {
        let prompt = self.prompt.take().unwrap_or_default();
        self.echoed.push_back(line.to_owned());
        self.open_line = false;
        self.push(Kind::Input { prompt: prompt.len() }, &format!("{prompt}{line}"));
    }

    /// Takes in printed text.
    pub fn print(&mut self, text: &str) {
        for piece in text.split_inclusive('\n') {
            let ended = piece.ends_with('\n');
            let piece = piece.trim_end_matches(['\n', '\r']);
            match self.open_line {
                true => self.extend_last(piece),
                false => self.push(Kind::Output, piece),
            }
            self.open_line = !ended;
        }
    }

    /// The same console with nothing printed.
    pub fn emptied(&self) -> Self {
        Self { history: self.history.clone(), ..Self::default() }
    }

    /// A line was typed behind its prompt, says the hub: it is shown, unless it was when it was sent.
    pub fn hear_echo(&mut self, text: &str) {
        let is_it = |line: &String| text.trim_end_matches('\n').ends_with(line.as_str());
        match self.echoed.iter().position(is_it) {
            Some(at) => drop(self.echoed.drain(..=at)),
            None => self.reprint(text, true),
        }
    }

    /// Takes in text that was printed before, or a line behind its prompt that was typed before.
    pub fn reprint(&mut self, text: &str, echo: bool) {
        if !echo {
            return self.print(text);
        }
        let text = text.trim_end_matches('\n');
        let ends = ["$ ", "> "].into_iter().filter_map(|end| Some(text.find(end)? + end.len()));
        self.open_line = false;
        self.push(Kind::Input { prompt: ends.min().unwrap_or_default() }, text);
    }

    /// Completions came in.
    pub fn offer(&mut self, line: String, options: Vec<String>) {
        self.offer = Some(Offer { line, options });
    }

    /// The completions were used, or the line changed.
    pub fn forget_options(&mut self) {
        self.offer = None;
    }

    /// The last printed lines, oldest first: those behind the first `seen`, at most `most`.
    pub fn newest(&self, seen: usize, most: usize) -> Vec<&str> {
        let fresh = self.lines.saturating_sub(seen);
        let lines = self.blocks.iter().rev().flat_map(|(_, block)| block.iter().rev());
        let printed = lines.take(fresh).filter(|it| !matches!(it.kind, Kind::Input { .. }));
        let mut newest: Vec<&str> = printed.map(|it| it.text.as_str()).take(most).collect();
        newest.reverse();
        newest
    }

    /// All the text, as it is copied.
    pub fn text(&self) -> String {
        let lines = self.blocks.iter().flat_map(|(_, block)| block.iter());
        lines.map(|line| format!("{}\n", line.text)).collect()
    }

    fn extend_last(&mut self, text: &str) {
        match self.blocks.back_mut().and_then(|(_, block)| block.edit().last_mut()) {
            Some(last) => last.text.push_str(text),
            None => self.push(Kind::Output, text),
        }
    }

    fn push(&mut self, kind: Kind, text: &str) {
        if self.blocks.back().is_none_or(|(_, block)| block.len() >= BLOCK) {
            self.blocks.push_back((self.next_block, Shared::default()));
            self.next_block += 1;
            if self.blocks.len() > BLOCKS {
                self.blocks.pop_front();
            }
        }
        self.lines += 1;
        if let Some((_, block)) = self.blocks.back_mut() {
            block.edit().push(Line { kind, text: text.to_owned() });
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(prompt: &str) -> Console {
        Console { prompt: Some(prompt.into()), ..Console::default() }
    }

    #[test]
    fn pasted_lines_wait_for_the_prompt_one_by_one() {
        let mut console = at("$ ");
        console.queue_lines(vec!["one".into(), "two".into()]);
        assert_eq!(console.next_send(true), Some(Send::Line("one".into())));
        assert_eq!(console.next_send(true), None);
        console.print("1\n");
        console.prompt = Some("$ ".into());
        assert_eq!(console.next_send(true), Some(Send::Line("two".into())));
        assert_eq!(console.text(), "$ one\n1\n$ two\n");
    }

    #[test]
    fn a_line_that_somebody_else_typed_is_shown_and_ones_own_only_once() {
        let mut console = at("$ ");
        console.queue_lines(vec!["one".into()]);
        console.next_send(true);
        console.hear_echo("$ one\n");
        console.hear_echo("$ two\n");
        assert_eq!(console.text(), "$ one\n$ two\n");
    }

    #[test]
    fn a_command_leaves_the_running_program_first() {
        let mut console = at("127.0.0.1:6379> ");
        console.queue_command("kill -9 7".into());
        assert_eq!(console.next_send(false), Some(Send::Interrupt));
        console.prompt = Some("$ ".into());
        assert_eq!(console.next_send(true), Some(Send::Line("kill -9 7".into())));
    }

    #[test]
    fn a_program_that_ignores_ctrl_c_does_not_get_the_command() {
        let mut console = at("> ");
        console.queue_command("kill -9 7".into());
        for _ in 0..PATIENCE {
            assert_eq!(console.next_send(false), Some(Send::Interrupt));
        }
        assert_eq!(console.next_send(false), None);
        assert!(console.is_idle());
    }

    #[test]
    fn a_line_may_come_in_pieces() {
        let mut console = Console::default();
        console.print("a");
        console.print("b\nc\n");
        assert_eq!(console.text(), "ab\nc\n");
    }

    #[test]
    fn the_newest_lines_are_those_that_were_printed_since() {
        let mut console = at("$ ");
        console.print("old\n");
        let seen = console.lines;
        console.queue_lines(vec!["ls".into()]);
        console.next_send(true);
        console.print("a\nb\nc\n");
        assert_eq!(console.newest(seen, 10), ["a", "b", "c"]);
        assert_eq!(console.newest(seen, 2), ["b", "c"]);
        assert!(console.newest(console.lines, 10).is_empty());
    }

    #[test]
    fn scrollback_is_limited() {
        let mut console = Console::default();
        (0..BLOCK * BLOCKS * 2).for_each(|n| console.print(&format!("{n}\n")));
        assert_eq!(console.blocks.len(), BLOCKS);
        assert!(console.text().ends_with(&format!("{}\n", BLOCK * BLOCKS * 2 - 1)));
    }
}
