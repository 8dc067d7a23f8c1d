//! Questions to the person at the console, or to what was piped in.

use std::collections::VecDeque;

use crate::program::Typed;
use crate::shell::Context;

/// Asks line by line.
pub(super) struct Prompts<'a, 'b> {
    context: &'a Context<'b>,
    /// What was piped in and not read yet.
    piped: Option<VecDeque<String>>,
}

impl<'a, 'b> Prompts<'a, 'b> {
    /// Nothing was asked yet.
    pub(super) fn new(context: &'a Context<'b>) -> Self {
        let lines = |text: &String| text.lines().map(str::to_owned).collect();
        Self { context, piped: context.stdin.as_ref().map(lines) }
    }

    /// The answer to a question; none when there is nobody to answer any more.
    pub(super) async fn ask(&mut self, question: &str) -> Option<String> {
        match &mut self.piped {
            Some(lines) => {
                self.context.out.print(question);
                lines.pop_front()
            }
            None => match self.context.io.read_line(question).await {
                Typed::Line(line) => Some(line),
                Typed::Interrupt => None,
            },
        }
    }

    /// Whether the answer is yes.
    pub(super) async fn confirm(&mut self, question: &str) -> bool {
        self.ask(question).await.is_some_and(|answer| answer.starts_with("yes"))
    }
}
