//! What a program was given, so that it can be brought to the same point once more.
//!
//! A future cannot be cloned. But a program is a deterministic function of what it was given since
//! its start: so that is kept, and a fresh future that is given the same stands where the first
//! one stood. What it puts out on the way there is thrown away: it has been put out before.

use std::any::Any;
use std::fmt;
use std::pin::Pin;
use std::rc::Rc;

use engine::{Input, Time};
use sim::Work;

use super::{Body, Io, Process};

/// Makes a program's future anew.
pub(crate) type Make = Rc<dyn Fn(Io) -> Body>;

/// The maker of a program that starts with a call of `body`.
pub(crate) fn make<F>(body: impl Fn(Io) -> F + 'static) -> Make
where
    F: Future<Output = ()> + 'static,
{
    Rc::new(move |io| Box::pin(body(io)) as Pin<Box<dyn Future<Output = ()>>>)
}

/// Something that a program was given.
pub(super) enum Given {
    /// A window's work.
    Work { from: Time, inputs: Vec<(Time, Input)>, until: Time },
    /// A line, and whether its echo is to be marked.
    Typed(String, bool),
    /// Ctrl-C.
    Interrupt,
    /// The answer to the question of that number.
    Answer(u64, Rc<dyn Any>),
}

impl Given {
    pub(super) fn work(work: &Work) -> Self {
        Self::Work { from: work.from, inputs: work.inputs.clone(), until: work.until }
    }

    /// About how many bytes it takes.
    fn size(&self) -> usize {
        let more = match self {
            Self::Work { inputs, .. } => inputs.iter().map(|(_, input)| size_of_input(input)).sum(),
            Self::Typed(line, _) => line.len(),
            Self::Interrupt => 0,
            Self::Answer(..) => 64,
        };
        size_of::<Self>() + more
    }
}

fn size_of_input(input: &Input) -> usize {
    let bytes = if let Input::Received { bytes, .. } = input { bytes.len() } else { 0 };
    size_of::<(Time, Input)>() + bytes
}

/// Where the record of a program begins.
#[derive(Clone)]
struct Origin {
    make: Make,
    process: Rc<Process>,
    /// It had reached its prompt; else it had yet to start.
    at_prompt: bool,
}

/// The way of a program from a plain state to where it is. Clones share what is behind them.
#[derive(Clone)]
pub(crate) struct Past {
    origin: Origin,
    sealed: Vec<Rc<Vec<Given>>>,
    open: Rc<Vec<Given>>,
    size: usize,
}

impl fmt::Debug for Past {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Past").field("size", &self.size).finish_non_exhaustive()
    }
}

impl Past {
    /// Of a program that has yet to start.
    pub(super) fn new(make: Make, process: &Process) -> Self {
        let origin = Origin { make, process: Rc::new(process.plain()), at_prompt: false };
        Self { origin, sealed: Vec::new(), open: Rc::default(), size: 0 }
    }

    /// Adds what the program is given now.
    pub(super) fn add(&mut self, given: Given) {
        self.size += given.size();
        if Rc::get_mut(&mut self.open).is_none() {
            // Somebody keeps what was given so far: it is left as it is.
            self.sealed.push(std::mem::take(&mut self.open));
        }
        Rc::get_mut(&mut self.open).expect("nobody else has it").push(given);
    }

    /// The program rests at a prompt, from which `make` goes on: what was before does not count
    /// any more.
    pub(super) fn cut(&mut self, make: Make, process: Process) {
        self.origin = Origin { make, process: Rc::new(process), at_prompt: true };
        self.sealed.clear();
        self.open = Rc::default();
        self.size = 0;
    }

    /// About how many bytes the record takes.
    pub(crate) const fn size(&self) -> usize {
        self.size
    }

    pub(super) fn process(&self) -> Process {
        self.origin.process.plain()
    }

    pub(super) fn body(&self, io: Io) -> Body {
        (self.origin.make)(io)
    }

    /// Where the program is to be woken at first, when it starts from a prompt.
    pub(super) fn prompt_at(&self) -> Option<Time> {
        self.origin.at_prompt.then_some(self.origin.process.now)
    }

    pub(super) fn given(&self) -> impl Iterator<Item = &Given> {
        self.sealed.iter().flat_map(|it| it.iter()).chain(self.open.iter())
    }
}
