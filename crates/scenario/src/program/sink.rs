//! Where a program's output goes.

use std::cell::RefCell;
use std::rc::Rc;

use super::Io;

/// A standard output or standard error.
#[derive(Clone)]
pub enum Sink {
    /// The host's console.
    Terminal(Io),
    /// A pipe or a file: collected until the program ends.
    Buffer(Rc<RefCell<String>>),
    /// `/dev/null`
    Null,
}

impl Sink {
    /// An empty buffer.
    #[must_use]
    pub fn buffer() -> Self {
        Self::Buffer(Rc::default())
    }

    /// Writes.
    pub fn print(&self, text: &str) {
        match self {
            Self::Terminal(io) => io.print(text),
            Self::Buffer(buffer) => buffer.borrow_mut().push_str(text),
            Self::Null => {}
        }
    }

    /// What programs ask with `isatty`.
    #[must_use]
    pub const fn is_terminal(&self) -> bool {
        matches!(self, Self::Terminal(_))
    }

    /// What was collected so far.
    #[must_use]
    pub fn collected(&self) -> String {
        match self {
            Self::Buffer(buffer) => buffer.borrow().clone(),
            Self::Terminal(_) | Self::Null => String::new(),
        }
    }
}
