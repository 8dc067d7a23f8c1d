//! Streams between processes, as TCP gives them.
//!
//! A stream is set up by three segments (so the one who dials knows after one round trip, the one
//! who is dialled half a round trip later), refused by a reset, and given up after 127 s of silence.
//! Bytes arrive in order, however links jitter. What is lost comes later: it is sent again after
//! 200 ms, then with doubled pauses, and all that follows it waits. A blocked link is a link that
//! loses everything. Closing sends what is left, then the end; whoever sends to an end that is gone
//! hears a reset.
//!
//! Acknowledgements are only simulated where somebody waits for them (see `nagle`); elsewhere a
//! blocked way back does not hold the way there. Not simulated: congestion and flow control,
//! bandwidth.
//!
//! - `stream`: the state of one connection, and what its ends hear.
//! - `lane`: one direction of it: sending, losing, sending again.
//! - `nagle`: what waits for acknowledgements.
//! - `tcp`: what kernels do: set-up, refusal, closing, resets.
//! - `flight`: the wire, for whoever watches. `tap`: all that goes onto it, for whoever asked.

mod flight;
mod lane;
mod nagle;
mod stream;
mod tap;
mod tcp;

use engine::Rng;

use crate::link::Links;
use crate::rule::Rules;

pub use flight::Flight;
use lane::Lane;
pub use lane::SegmentKind;
pub(crate) use stream::{Stream, Way};
pub use tap::Passage;
use tap::Tap;
pub(crate) use tcp::{Happened, SYN_ATTEMPTS};

/// A stream's place in the table and which of the place's tenants is meant.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct StreamRef {
    index: u32,
    generation: u32,
}

/// All streams and the links that they run over.
#[derive(Debug, Clone)]
pub(crate) struct Net {
    pub(crate) links: Links,
    /// What is lost besides.
    pub(crate) rules: Rules,
    streams: Vec<Stream>,
    free: Vec<u32>,
    rng: Rng,
    /// How many segments were ever put on a wire.
    launched: u64,
    tap: Tap,
}

impl Net {
    pub(crate) fn new(seed: u64) -> Self {
        Self {
            links: Links::default(),
            rules: Rules::default(),
            streams: Vec::new(),
            free: Vec::new(),
            rng: Rng::new(seed),
            launched: 0,
            tap: None,
        }
    }

    /// Takes a stream into the table.
    fn add(&mut self, mut stream: Stream) -> StreamRef {
        if let Some(index) = self.free.pop() {
            let place = &mut self.streams[index as usize];
            stream.generation = place.generation + 1;
            *place = stream;
            return self.stream_ref(index);
        }
        let index = u32::try_from(self.streams.len()).expect("fewer than 2^32 streams");
        self.streams.push(stream);
        self.stream_ref(index)
    }

    /// About how many bytes all of it takes.
    pub(crate) fn size(&self) -> usize {
        let lanes = self.streams.iter().flat_map(|stream| &stream.lanes);
        self.streams.len() * size_of::<Stream>() + lanes.map(Lane::size).sum::<usize>()
    }

    fn stream_ref(&self, index: u32) -> StreamRef {
        StreamRef { index, generation: self.streams[index as usize].generation }
    }

    /// The stream, unless it is over.
    pub(crate) fn get_mut(&mut self, stream: StreamRef) -> Option<&mut Stream> {
        let place = &mut self.streams[stream.index as usize];
        (place.live && place.generation == stream.generation).then_some(place)
    }
}
