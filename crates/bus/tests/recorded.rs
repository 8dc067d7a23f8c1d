//! What Redis 7.0.15 put on its bus, against this codec. `recorded-packets.json` holds captured
//! messages of every type together with their fields, taken apart by another program.

use bus::{Body, DecodeError, Extension, Frame, Packet, SlotSet, decode, encode, frame};
use serde_json::Value;

/// The captured messages: a title and the bytes, with the fields that another decoder found.
fn recorded() -> Vec<(String, Vec<u8>, Value)> {
    let file: Value = serde_json::from_str(include_str!("recorded-packets.json")).unwrap();
    let entries = file.as_array().unwrap().iter().map(|entry| {
        let text = |key: &str| entry[key].as_str().unwrap();
        let hex = text("hex").as_bytes().chunks(2);
        let byte = |pair| u8::from_str_radix(str::from_utf8(pair).unwrap(), 16).unwrap();
        (text("type").to_owned(), hex.map(byte).collect(), entry["decoded"].clone())
    });
    entries.collect()
}

fn ranges(slots: &SlotSet) -> String {
    let range = |(a, b)| if a == b { format!("{a}") } else { format!("{a}-{b}") };
    slots.ranges().map(range).collect::<Vec<_>>().join(",")
}

#[test]
fn every_recorded_packet_comes_back_byte_for_byte() {
    for (title, bytes, _) in recorded() {
        assert_eq!(frame(&bytes), Ok(Frame::Complete(bytes.len())), "{title}");
        let packet = decode(&bytes).unwrap_or_else(|error| panic!("{title}: {error:?}"));
        assert_eq!(encode(&packet), bytes, "{title}");
    }
}

#[test]
fn headers_say_what_another_decoder_reads_in_them() {
    for (title, bytes, fields) in recorded() {
        let Packet { header, body } = decode(&bytes).unwrap();
        let int = |key: &str| fields[key].as_u64().unwrap();
        let text = |key: &str| fields[key].as_str().unwrap();
        assert_eq!(u64::from(body.kind().wire()), int("type"), "{title}");
        assert_eq!(u64::from(header.port), int("port"), "{title}");
        assert_eq!(header.current_epoch, int("currentEpoch"), "{title}");
        assert_eq!(header.config_epoch, int("configEpoch"), "{title}");
        assert_eq!(header.offset, int("offset"), "{title}");
        assert_eq!(header.sender.as_str(), text("sender"), "{title}");
        assert_eq!(ranges(&header.slots), text("myslots"), "{title}");
        let master = header.master.map(|id| id.to_string()).unwrap_or_default();
        assert_eq!(master, text("slaveof"), "{title}");
        assert_eq!(header.ip.as_str(), text("myip"), "{title}");
        assert_eq!(u64::from(header.pport), int("pport"), "{title}");
        assert_eq!(u64::from(header.cport), int("cport"), "{title}");
        assert_eq!(u64::from(header.flags.0), int("flags"), "{title}");
        assert_eq!(u64::from(header.state_fail), int("state"), "{title}");
        assert_eq!(Some(u64::from(header.message_flags.0)), fields["mflags"][0].as_u64());
    }
}

#[test]
fn bodies_say_what_another_decoder_reads_in_them() {
    for (title, bytes, fields) in recorded() {
        let text = |key: &str| fields[key].as_str().unwrap();
        match decode(&bytes).unwrap().body {
            Body::Ping(gossip, extensions)
            | Body::Pong(gossip, extensions)
            | Body::Meet(gossip, extensions) => {
                check_gossip(&title, &gossip, &fields["gossip"]);
                check_extensions(&title, &extensions, &fields["ext"]);
            }
            Body::Publish { channel, message } | Body::PublishShard { channel, message } => {
                assert_eq!(channel, text("channel").as_bytes(), "{title}");
                assert_eq!(message, text("message").as_bytes(), "{title}");
            }
            Body::Update { config_epoch, node, slots } => {
                assert_eq!(Some(config_epoch), fields["u_configEpoch"].as_u64(), "{title}");
                assert_eq!(node.as_str(), text("u_nodename"), "{title}");
                assert_eq!(ranges(&slots), text("u_slots"), "{title}");
            }
            Body::Module { module_id, kind, payload } => {
                assert_eq!(Some(u64::from_be_bytes(module_id)), fields["module_id"].as_u64());
                assert_eq!(Some(u64::from(kind)), fields["mtype"].as_u64(), "{title}");
                assert_eq!(Some(payload.len() as u64), fields["mlen"].as_u64(), "{title}");
            }
            Body::Fail(node) => assert_eq!(node.as_str(), text("about"), "{title}"),
            Body::FailoverAuthRequest | Body::FailoverAuthAck | Body::MfStart => {}
            Body::Unknown(kind, _) => panic!("{title}: type {kind} is known"),
        }
    }
}

fn check_gossip(title: &str, gossip: &[bus::Gossip], fields: &Value) {
    assert_eq!(gossip.len(), fields.as_array().unwrap().len(), "{title}");
    for (entry, fields) in gossip.iter().zip(fields.as_array().unwrap()) {
        let int = |key: &str| fields[key].as_u64().unwrap();
        assert_eq!(entry.node.as_str(), fields["name"], "{title}");
        assert_eq!(u64::from(entry.ping_sent), int("ping_sent"), "{title}");
        assert_eq!(u64::from(entry.pong_received), int("pong_received"), "{title}");
        assert_eq!(entry.ip.as_str(), fields["ip"], "{title}");
        assert_eq!(u64::from(entry.port), int("port"), "{title}");
        assert_eq!(u64::from(entry.cport), int("cport"), "{title}");
        assert_eq!(u64::from(entry.flags.0), int("flags"), "{title}");
        assert_eq!(u64::from(entry.pport), int("pport"), "{title}");
    }
}

fn check_extensions(title: &str, extensions: &[Extension], fields: &Value) {
    assert_eq!(extensions.len(), fields.as_array().unwrap().len(), "{title}");
    for (extension, fields) in extensions.iter().zip(fields.as_array().unwrap()) {
        let hostname = Extension::Hostname(fields["text"].as_str().unwrap().into());
        assert_eq!(*extension, hostname, "{title}");
    }
}

#[test]
fn a_message_is_rejected_unless_its_length_is_what_its_content_adds_up_to() {
    for (title, bytes, _) in recorded() {
        for change in [-8_i32, -1, 1, 8] {
            let len = bytes.len().strict_add_signed(change as isize);
            let mut other = bytes.clone();
            other.resize(len, 0);
            other[4..8].copy_from_slice(&(len as u32).to_be_bytes());
            if len < 2256 {
                assert!(frame(&other).is_err(), "{title}: {change} bytes");
            }
            let result = decode(&other);
            let rejected = matches!(
                result,
                Err(DecodeError::Length { announced, .. }) if announced as usize == len
            ) || result == Err(DecodeError::Extension);
            assert!(rejected, "{title}: {change} bytes: {result:?}");
        }
    }
}

#[test]
fn another_version_is_dropped_before_anything_else_is_looked_at() {
    for (title, mut bytes, _) in recorded() {
        bytes[8..10].copy_from_slice(&[0, 2]);
        bytes[14..16].copy_from_slice(&[255, 255]);
        assert_eq!(decode(&bytes), Err(DecodeError::Version(2)), "{title}");
    }
}

#[test]
fn unknown_types_are_well_formed_at_any_length() {
    let (_, mut bytes, _) = recorded().remove(0);
    bytes[12..14].copy_from_slice(&[0, 77]);
    bytes.extend_from_slice(b"whatever");
    let len = bytes.len() as u32;
    bytes[4..8].copy_from_slice(&len.to_be_bytes());
    let packet = decode(&bytes).unwrap();
    assert_eq!(packet.body, Body::Unknown(77, b"whatever".into()));
    assert_eq!(encode(&packet), bytes);
}

/// A PING with one extension of the given announced length, in a message with room for `room`
/// bytes of extensions.
fn ping_with_extension(announced: u32, room: usize) -> Vec<u8> {
    let (_, mut bytes, _) = recorded().into_iter().find(|r| r.0.contains("hostname")).unwrap();
    let gossip_end = 2256 + 2 * 104;
    bytes.resize(gossip_end + room, 0);
    let len = bytes.len() as u32;
    bytes[4..8].copy_from_slice(&len.to_be_bytes());
    if room >= 4 {
        bytes[gossip_end..gossip_end + 4].copy_from_slice(&announced.to_be_bytes());
    }
    bytes
}

#[test]
fn extensions_are_padded_to_eight_bytes_and_stay_inside_the_message() {
    assert!(decode(&ping_with_extension(32, 32)).is_ok());
    assert_eq!(decode(&ping_with_extension(31, 31)), Err(DecodeError::Extension));
    assert_eq!(decode(&ping_with_extension(40, 32)), Err(DecodeError::Extension));
    assert_eq!(decode(&ping_with_extension(0, 0)), Err(DecodeError::Extension));
    assert_eq!(decode(&ping_with_extension(0, 8)), Err(DecodeError::Extension));
    assert_eq!(decode(&ping_with_extension(u32::MAX - 7, 32)), Err(DecodeError::Extension));
    let trailing = decode(&ping_with_extension(24, 32));
    assert_eq!(trailing, Err(DecodeError::Length { announced: 2496, expected: 2488 }));
}

#[test]
fn lengths_near_the_end_of_32_bits_do_not_wrap_around() {
    let (_, mut bytes, _) = recorded().into_iter().find(|r| r.0 == "PUBLISH").unwrap();
    bytes[2256..2260].copy_from_slice(&u32::MAX.to_be_bytes());
    bytes[2260..2264].copy_from_slice(&13_u32.to_be_bytes());
    assert!(matches!(decode(&bytes), Err(DecodeError::Length { expected: u32::MAX, .. })));
}

#[test]
fn no_extension_of_a_later_version_is_lost() {
    let (_, bytes, _) = recorded().into_iter().find(|r| r.0 == "PING").unwrap();
    let mut packet = decode(&bytes).unwrap();
    let Body::Ping(gossip, extensions) = &mut packet.body else { panic!("a PING") };
    let id = gossip[0].node;
    *extensions = vec![
        Extension::Hostname(b"seven77".into()),
        Extension::HumanNodename(b"eight888".into()),
        Extension::ForgottenNode(id, 60),
        Extension::ShardId(id),
        Extension::Unknown(5, b"::1\0\0\0\0\0".into()),
    ];
    let encoded = encode(&packet);
    assert_eq!(encoded.len(), bytes.len() + 16 + 24 + 56 + 48 + 16);
    packet.header.message_flags.set(bus::MessageFlags::EXT_DATA);
    assert_eq!(decode(&encoded), Ok(packet));
}

/// A small generator of the xorshift family, so that a failing case can be run again.
struct Random(u64);

impl Random {
    fn below(&mut self, limit: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 % limit as u64) as usize
    }
}

#[test]
fn damaged_messages_never_make_the_decoder_panic() {
    let recorded = recorded();
    let mut random = Random(0x9E37_79B9_7F4A_7C15);
    let mut decoded = 0;
    for _ in 0..20_000 {
        let mut bytes = recorded[random.below(recorded.len())].1.clone();
        if random.below(2) == 0 {
            bytes.truncate(random.below(bytes.len() + 1));
        }
        if random.below(2) == 0 && bytes.len() >= 8 {
            let len = bytes.len() as u32;
            bytes[4..8].copy_from_slice(&len.to_be_bytes());
        }
        // The bitmap is most of the header and can not fail, so most hits go around it.
        for _ in 0..random.below(6).min(bytes.len()) {
            let len = bytes.len();
            let at = [random.below(16), 2200 + random.below(400), random.below(len)];
            bytes[at[random.below(3)] % len] = random.below(256) as u8;
        }
        let _ = frame(&bytes);
        if let Ok(packet) = decode(&bytes) {
            decoded += 1;
            assert_eq!(decode(&encode(&packet)).unwrap().header.sender, packet.header.sender);
        }
    }
    assert!(decoded > 2_000, "the damage must leave enough to look at: {decoded}");
}
