//! What passes on the wire, as it is kept, opened and written for Wireshark.

use std::collections::BTreeMap;
use std::fs;
use std::process::Command;
use std::time::Instant;

use bus::{Frame, decode, frame};
use capture::{Capture, Filter, Kind, Pcapng};
use engine::Time;
use engine::time::Span;
use failover_tests::say;
use scenario::{Action, Inline, Lab, Scenario};
use sim::HostId;

/// A failover from the first moment on: what was kept of it, and the lab.
fn failover(file: &mut Pcapng<Vec<u8>>) -> (Capture, Lab) {
    let scenario = Scenario::built_in("walkthrough").expect("it is built in");
    let (mut lab, mut nodes) = (Lab::open(&scenario, 3), Inline::default());
    lab.world.tap(true);
    let mut capture = Capture::default();
    for second in 1..=60 {
        nodes.run_until(&mut lab, Time(second * 1_000_000));
        let passages = lab.world.take_passages();
        passages.iter().try_for_each(|it| file.write(it)).expect("memory can be written");
        capture.take(passages);
        if second == 20 {
            let line = "kill -9 $(pidof redis-server)".into();
            lab.act(Action::Type { host: HostId(0), line });
        }
        // The first goes to the promoted master, which has no replica.
        for line in ["set hello world", "set foo bar"] {
            if second == 50 {
                let line = format!("redis-cli -c -a redis {line}");
                lab.act(Action::Type { host: HostId(1), line });
            }
        }
    }
    (capture, lab)
}

fn file() -> Pcapng<Vec<u8>> {
    Pcapng::new(Vec::new(), 1_765_369_000_000_000).expect("memory can be written")
}

#[test]
fn a_failover_is_there_message_by_message() {
    let (capture, lab) = failover(&mut file());
    let ips: Vec<_> = lab.world.hosts().map(|(_, ip)| ip).collect();
    let of = |name: &'static str| {
        let named = move |kind| matches!(kind, Kind::Bus(it) if it.name() == name);
        capture.rows(&Filter::default(), named, 100).0
    };
    // Whoever comes to FAIL by itself tells all others; the dead one hears nothing.
    let fails = of("FAIL");
    assert!(!fails.is_empty() && fails.iter().all(|it| it.info == ips[0].to_string()));
    let requests = of("FAILOVER_AUTH_REQUEST");
    assert!(requests.iter().all(|it| it.info.contains(&format!("master {}", ips[0]))));
    let acks = of("FAILOVER_AUTH_ACK");
    assert_eq!(acks.len(), 2, "both masters that are left vote");
    let candidate = requests[0].from.ip();
    assert!(acks.iter().all(|it| it.to.ip() == candidate));

    let about = Filter { about: Some(ips[0]), ..Filter::default() };
    let votes = |kind| matches!(kind, Kind::Bus(it) if it.name().starts_with("FAILOVER"));
    let (rows, count) = capture.rows(&about, votes, 100);
    assert_eq!((rows.len(), count), (requests.len(), requests.len()));
    assert_eq!(capture.rows(&Filter { from: Some(ips[0]), ..about }, votes, 9).1, 0);

    let (row, fields, bytes) = capture.open(acks[0].id, acks[0].part).expect("it is kept");
    assert_eq!((row.size, bytes.len()), (2256, 2256));
    let value = |name: &str| {
        let field = fields.iter().find(|it| it.name == name).expect(name);
        (field.value.clone(), &bytes[field.at.clone()])
    };
    assert_eq!(value("type"), ("6 (FAILOVER_AUTH_ACK)".into(), &[0, 6][..]));
    let (epoch, at) = value("currentEpoch");
    assert_eq!(epoch.parse::<u64>().expect("a number").to_be_bytes(), at);
    assert_eq!(value("flags").0, "myself,master");
}

#[test]
fn gossip_opens_into_entries_that_name_the_doubted() {
    let (capture, lab) = failover(&mut file());
    let dead = lab.world.hosts().next().expect("a host").1;
    let pings = |kind| matches!(kind, Kind::Bus(it) if it.name() == "PING");
    let (rows, _) = capture.rows(&Filter { about: Some(dead), ..Filter::default() }, pings, 500);
    let doubting = rows.iter().find(|it| it.info.contains(&format!("{dead} fail?")));
    let doubting = doubting.expect("somebody gossips about a possible failure");
    let (_, fields, bytes) = capture.open(doubting.id, doubting.part).expect("it is kept");
    let title = format!("{dead} master,fail?");
    let at = fields.iter().position(|it| it.name == "gossip" && it.value == title);
    let entry = &fields[at.expect("its entry")..];
    assert_eq!(entry[1].name, "nodename");
    assert!(entry[1].value.ends_with(&format!("({dead})")));
    assert_eq!(entry[4].name, "ip");
    assert!(bytes[entry[4].at.clone()].starts_with(dead.to_string().as_bytes()));
    assert_eq!(fields.iter().map(|it| it.at.end).max(), Some(bytes.len()));
}

#[test]
fn requests_and_replies_are_words() {
    let (capture, _) = failover(&mut file());
    let (rows, _) = capture.rows(&Filter::default(), |kind| kind == Kind::Client, 2_000);
    assert!(rows.iter().any(|it| it.info == "set hello world"), "the request");
    assert!(rows.iter().any(|it| it.info == "OK"), "its reply");
    let stream = |kind| kind == Kind::Replication;
    let (rows, _) = capture.rows(&Filter::default(), stream, 2_000);
    for begins in ["PSYNC", "REPLCONF ACK", "FULLRESYNC"] {
        let told: Vec<_> = rows.iter().map(|it| &it.info).collect();
        assert!(
            told.iter().any(|it| it.split(" · ").any(|it| it.starts_with(begins))),
            "{begins}: {told:#?}"
        );
    }
    assert!(rows.iter().any(|it| it.info.contains("set foo bar")), "the replicated write");
}

fn unhex(text: &str) -> Vec<u8> {
    let digits = text.as_bytes().chunks(2).map(|it| std::str::from_utf8(it).expect("ASCII"));
    digits.map(|it| u8::from_str_radix(it, 16).expect("hexadecimal")).collect()
}

/// What tshark prints.
fn tshark(arguments: &[&str]) -> String {
    let checks = ["-o", "ip.check_checksum:TRUE", "-o", "tcp.check_checksum:TRUE"];
    let output = Command::new("tshark").args(checks).args(arguments).output().expect("tshark");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8_lossy(&output.stdout).into_owned()
}

#[test]
fn wireshark_reads_the_file_without_a_complaint() {
    if Command::new("tshark").arg("--version").output().is_err() {
        return say("SKIPPED: the pcapng file as Wireshark reads it; there is no tshark on PATH");
    }
    let mut written = file();
    let (capture, _) = failover(&mut written);
    let path = std::env::temp_dir().join(format!("failover-lab-{}.pcapng", std::process::id()));
    let name = path.to_string_lossy().into_owned();
    fs::write(&path, written.finish()).expect("a temporary file");

    let wrong = "_ws.malformed || tcp.checksum.status == 0 || ip.checksum.status == 0 || \
                 tcp.analysis.lost_segment || tcp.analysis.ack_lost_segment || \
                 tcp.analysis.out_of_order || tcp.analysis.retransmission && !tcp.flags.syn";
    assert_eq!(tshark(&["-r", &name, "-Y", wrong]), "");
    let resp = ["-r", &name, "-Y", "resp", "-T", "fields", "-e", "resp.bulk_string.value"];
    // Bytes are printed as hexadecimal.
    assert!(tshark(&resp).contains("68656c6c6f,776f726c64"), "SET hello world");
    let times = tshark(&["-r", &name, "-c", "1", "-T", "fields", "-e", "frame.time_epoch"]);
    assert!(times.starts_with("17653690"), "seconds of the virtual wall clock: {times}");

    // What Wireshark puts together of each direction of the bus is a chain of whole messages.
    let bus = "tcp.port == 16379 && tcp.len > 0";
    let fields = ["-e", "tcp.stream", "-e", "ip.src", "-e", "tcp.payload"];
    let payloads = tshark(&[&["-r", &name, "-Y", bus, "-T", "fields"][..], &fields[..]].concat());
    let mut streams: BTreeMap<(&str, &str), Vec<u8>> = BTreeMap::new();
    for line in payloads.lines() {
        let [stream, from, hex] = line.split('\t').collect::<Vec<_>>()[..] else {
            panic!("three fields: {line}");
        };
        streams.entry((stream, from)).or_default().extend(unhex(hex));
    }
    assert!(streams.len() > 20, "{} directions", streams.len());
    for (stream, mut bytes) in streams {
        while !bytes.is_empty() {
            let Ok(Frame::Complete(length)) = frame(&bytes) else { panic!("{stream:?}") };
            decode(&bytes[..length]).unwrap_or_else(|why| panic!("{stream:?}: {why:?}"));
            bytes.drain(..length);
        }
    }
    // A span from the middle has no handshakes; its sequence numbers go on all the same.
    let since = capture.since().expect("something is kept");
    let part = Filter { since: since.max(Time(25_000_000)), ..Filter::default() };
    fs::write(&path, capture.pcapng(&part, 0)).expect("a temporary file");
    assert_eq!(tshark(&["-r", &name, "-Y", wrong]), "");
    fs::remove_file(&path).expect("it is there");
}

/// The hash after an idle hour, and how long it took.
fn idle(kept: Option<&mut Capture>) -> (u64, f64) {
    let scenario = Scenario::built_in("walkthrough").expect("it is built in");
    let (mut lab, mut nodes) = (Lab::open(&scenario, 3), Inline::default());
    assert!(nodes.run_opening(&mut lab, Span::from_secs(600)));
    lab.world.tap(kept.is_some());
    let (begun, mut kept) = (Instant::now(), kept);
    for second in 1..=3_600 {
        nodes.run_until(&mut lab, Time((20 + second) * 1_000_000));
        if let Some(capture) = &mut kept {
            capture.take(lab.world.take_passages());
        }
    }
    (lab.world.trace_hash(), begun.elapsed().as_secs_f64())
}

#[test]
fn keeping_packets_changes_no_history_and_costs_little() {
    let mut capture = Capture::default();
    let (with, cost) = idle(Some(&mut capture));
    let (without, plain) = idle(None);
    assert_eq!(with, without);
    let since = capture.since().expect("something is kept").0 / 1_000_000;
    say(&format!(
        "an idle hour of 6 nodes: {plain:.3} s, with packets kept {cost:.3} s; \
         the last {} s are kept",
        3_620 - since
    ));
}
