//! Every packet that is sent on the bus is understood, and says the same when it is written again.

use bus::{Frame, decode, encode, frame};
use engine::Output;
use sim::{Record, What};

use super::Promise;

#[derive(Debug)]
pub(super) struct Codec;

impl Promise for Codec {
    fn text(&self) -> &'static str {
        "the bus codec round-trips every packet"
    }

    fn record(&mut self, record: &Record) -> Result<(), String> {
        let What::Output(Output::Send { bytes, .. }) = &record.what else { return Ok(()) };
        let mut rest = bytes.as_slice();
        while rest.starts_with(b"RCmb") {
            let Ok(Frame::Complete(len)) = frame(rest) else {
                return Err(format!("host {} sent half a packet", record.host.0));
            };
            let (packet, after) = rest.split_at(len);
            let decoded = decode(packet);
            let decoded = decoded.map_err(|why| format!("host {}: {why:?}", record.host.0))?;
            if encode(&decoded) != packet {
                return Err(format!("host {}: other bytes for {decoded:?}", record.host.0));
            }
            rest = after;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use engine::{ConnId, Time};
    use sim::HostId;

    use super::*;

    #[test]
    fn a_packet_that_can_not_be_read_breaks_it() {
        let sent = |bytes: &[u8]| {
            let what = What::Output(Output::Send { conn: ConnId(1), bytes: bytes.to_vec() });
            Codec.record(&Record { at: Time(1), host: HostId(0), pid: None, what })
        };
        assert!(sent(b"+OK\r\n").is_ok());
        assert!(sent(b"RCmb\x00\x00\x00\x20").is_err());
    }
}
