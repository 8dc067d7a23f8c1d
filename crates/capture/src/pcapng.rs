//! A span as a pcapng file.
//!
//! It is what a switch between the hosts would see: Ethernet frames with IPv4 and TCP, at most 1460
//! bytes each, sequence numbers as they went on. What was lost never came by; what stays on a host
//! does not come by either. Acknowledgements travel with bytes, as far as those that they are for
//! have arrived; the lab sends none of their own but the third segment of a handshake.

use std::borrow::Cow;
use std::collections::{BTreeMap, VecDeque};
use std::io::{self, Write};
use std::net::SocketAddrV4;
use std::time::Duration;

use engine::{Rng, Time};
use etherparse::{PacketBuilder, TcpOptionElement};
use pcap_file::DataLink;
use pcap_file::pcapng::PcapNgWriter;
use pcap_file::pcapng::blocks::enhanced_packet::EnhancedPacketBlock;
use pcap_file::pcapng::blocks::interface_description::{
    InterfaceDescriptionBlock, InterfaceDescriptionOption,
};
use sim::{Passage, SegmentKind};

use crate::{Capture, Filter};

/// How many bytes of a stream a frame carries.
const SEGMENT_SIZE: usize = 1460;
/// The receive window that is announced.
const WINDOW: u16 = 64_240;
const TTL: u8 = 64;

/// What one end of a stream has heard of the other's sequence.
#[derive(Debug, Default)]
struct Heard {
    /// The last that arrived.
    arrived: u64,
    /// What is on its way: when it arrives, and where the sequence stands then.
    flying: VecDeque<(Time, u64)>,
}

impl Heard {
    fn by(&mut self, at: Time) -> u64 {
        while let Some((_, seq)) = self.flying.pop_front_if(|it| it.0 <= at) {
            self.arrived = self.arrived.max(seq);
        }
        self.arrived
    }
}

/// A pcapng file that is being written.
pub struct Pcapng<W: Write> {
    writer: PcapNgWriter<W>,
    unix_us_at_zero: u64,
    /// By the stream and the end that spoke.
    heard: BTreeMap<(u64, SocketAddrV4), Heard>,
}

impl<W: Write> Pcapng<W> {
    /// Begins a file; `unix_us_at_zero` is the wall clock at [`Time::ZERO`].
    ///
    /// # Errors
    /// When `out` cannot be written.
    pub fn new(out: W, unix_us_at_zero: u64) -> io::Result<Self> {
        let mut writer = PcapNgWriter::new(out).map_err(io::Error::other)?;
        let interface = InterfaceDescriptionBlock {
            linktype: DataLink::ETHERNET,
            snaplen: 0,
            options: vec![
                InterfaceDescriptionOption::IfName(Cow::Borrowed("lab")),
                // The writer gives nanoseconds.
                InterfaceDescriptionOption::IfTsResol(9),
            ],
        };
        writer.write_pcapng_block(interface).map_err(io::Error::other)?;
        Ok(Self { writer, unix_us_at_zero, heard: BTreeMap::new() })
    }

    /// Writes a segment, if a switch would have seen it.
    ///
    /// # Errors
    /// When the file cannot be written.
    pub fn write(&mut self, passage: &Passage) -> io::Result<()> {
        if passage.lost.is_some() || passage.from.ip() == passage.to.ip() {
            return Ok(());
        }
        let back = self.heard.get_mut(&(passage.stream, passage.to));
        let ack = back.map_or(passage.back, |it| it.by(passage.sent));
        for frame in frames(passage, ack) {
            let block = EnhancedPacketBlock {
                interface_id: 0,
                timestamp: Duration::from_micros(self.unix_us_at_zero + passage.sent.0),
                original_len: frame.len() as u32,
                data: Cow::Owned(frame),
                options: Vec::new(),
            };
            self.writer.write_pcapng_block(block).map_err(io::Error::other)?;
        }
        let said = self
            .heard
            .entry((passage.stream, passage.from))
            .or_insert_with(|| Heard { arrived: passage.seq, flying: VecDeque::new() });
        said.flying.push_back((passage.due, passage.seq + length(passage)));
        Ok(())
    }

    /// The output, complete.
    pub fn finish(self) -> W {
        self.writer.into_inner()
    }
}

impl Capture {
    /// A span as a pcapng file.
    ///
    /// # Panics
    /// Never: memory can be written.
    #[must_use]
    pub fn pcapng(&self, filter: &Filter, unix_us_at_zero: u64) -> Vec<u8> {
        let file = Pcapng::new(Vec::new(), unix_us_at_zero);
        let mut file = file.expect("memory can be written");
        for passage in self.passages(filter) {
            file.write(passage).expect("memory can be written");
        }
        file.finish()
    }
}

/// How far a segment takes its sender's sequence.
fn length(passage: &Passage) -> u64 {
    match passage.kind {
        SegmentKind::Syn | SegmentKind::SynAck | SegmentKind::Fin => 1,
        SegmentKind::Data => passage.bytes.len() as u64,
        SegmentKind::Ack | SegmentKind::Reset => 0,
    }
}

/// The frames that carry a segment.
fn frames(passage: &Passage, ack: u64) -> Vec<Vec<u8>> {
    let mut seq = passage.seq;
    let mut frames = Vec::new();
    let mut chunks = passage.bytes.chunks(SEGMENT_SIZE).peekable();
    loop {
        let chunk = chunks.next().unwrap_or_default();
        let last = chunks.peek().is_none();
        frames.push(frame(passage, (seq, ack), chunk, last));
        seq += chunk.len() as u64;
        if last {
            return frames;
        }
    }
}

fn frame(passage: &Passage, (seq, ack): (u64, u64), bytes: &[u8], last: bool) -> Vec<u8> {
    let Passage { from, to, stream, kind, .. } = *passage;
    let first = initial(stream, from);
    // A host without such a connection has no sequence of its own.
    let alien = kind == SegmentKind::Reset && seq == 0;
    let number = if alien { 0 } else { first.wrapping_add(seq as u32) };
    let acked = initial(stream, to).wrapping_add(ack as u32);
    let packet = PacketBuilder::ethernet2(mac(from), mac(to))
        .ipv4(from.ip().octets(), to.ip().octets(), TTL)
        .tcp(from.port(), to.port(), number, WINDOW);
    let mss = [TcpOptionElement::MaximumSegmentSize(SEGMENT_SIZE as u16)];
    let packet = match kind {
        SegmentKind::Syn => packet.syn().options(&mss).expect("one option fits"),
        SegmentKind::SynAck => packet.syn().ack(acked).options(&mss).expect("one option fits"),
        SegmentKind::Ack => packet.ack(acked),
        SegmentKind::Data if last => packet.ack(acked).psh(),
        SegmentKind::Data => packet.ack(acked),
        SegmentKind::Fin => packet.ack(acked).fin(),
        SegmentKind::Reset => packet.ack(acked).rst(),
    };
    let mut frame = Vec::with_capacity(packet.size(bytes.len()));
    // To print the error would take the names of all protocols into the page.
    packet.write(&mut frame, bytes).unwrap_or_else(|_| panic!("a segment fits into a packet"));
    frame
}

/// Where an end's sequence begins.
fn initial(stream: u64, end: SocketAddrV4) -> u32 {
    let end = u64::from(u32::from(*end.ip())) << 16 | u64::from(end.port());
    Rng::new(stream.rotate_left(32) ^ end).next_u64() as u32
}

/// Locally administered, with the address in it.
fn mac(of: SocketAddrV4) -> [u8; 6] {
    let [a, b, c, d] = of.ip().octets();
    [2, 0, a, b, c, d]
}
