//! Good inputs of every kind. The byte in front says how each is tried.

use std::sync::LazyLock;

use serde_json::Value;

const REQUESTS: [&str; 11] = [
    "*3\r\n$3\r\nSET\r\n$3\r\nkey\r\n$5\r\nvalue\r\n*2\r\n$3\r\nGET\r\n$3\r\nkey\r\n",
    "PING\r\nSET key \"a b\\x41\"\r\nLPUSH list 1 2 3\r\nLRANGE list 0 -1\r\n",
    "*2\r\n$7\r\nCLUSTER\r\n$5\r\nNODES\r\n*2\r\n$7\r\nCLUSTER\r\n$6\r\nSHARDS\r\n",
    "*1\r\n$5\r\nMULTI\r\n*3\r\n$4\r\nHSET\r\n$1\r\nh\r\n$1\r\nf\r\n*1\r\n$4\r\nEXEC\r\n",
    "*6\r\n$4\r\nZADD\r\n$1\r\nz\r\n$3\r\n1.5\r\n$1\r\na\r\n$4\r\n-inf\r\n$1\r\nb\r\n*4\r\n$6\r\nZRANGE\r\n$1\r\n\
     z\r\n$1\r\n0\r\n$2\r\n-1\r\n",
    "*3\r\n$8\r\nREPLCONF\r\n$14\r\nlistening-port\r\n$4\r\n6380\r\n*3\r\n$5\r\nPSYNC\r\n$1\r\n?\r\n$2\r\n-1\r\n",
    "*4\r\n$7\r\nRESTORE\r\n$1\r\nk\r\n$1\r\n0\r\n$17\r\n\0\x05hello\x0a\0aaaaaaaa\r\n",
    "*2\r\n$5\r\nHELLO\r\n$1\r\n3\r\n*2\r\n$9\r\nSUBSCRIBE\r\n$1\r\nc\r\n*3\r\n$7\r\nPUBLISH\r\n$1\r\nc\r\n$1\r\nm\r\n",
    "*3\r\n$6\r\nCONFIG\r\n$3\r\nGET\r\n$1\r\n*\r\n*4\r\n$6\r\nCLIENT\r\n$5\r\nPAUSE\r\n$2\r\n10\r\n$5\r\nWRITE\r\n",
    "*4\r\n$7\r\nCLUSTER\r\n$4\r\nMEET\r\n$8\r\n10.0.0.2\r\n$4\r\n6379\r\n*3\r\n$7\r\nCLUSTER\r\n$8\r\nADDSLOTS\r\n$1\r\n7\r\n",
    "*3\r\n$5\r\nBLPOP\r\n$1\r\nl\r\n$3\r\n0.5\r\n*5\r\n$6\r\nBLMPOP\r\n$1\r\n1\r\n$1\r\n1\r\n$1\r\nl\r\n$4\r\nLEFT\r\n*1\r\n$4\r\nPING\r\n",
];

/// Each input in both versions, whole and in two parts.
fn in_every_way(inputs: impl IntoIterator<Item = Vec<u8>>) -> Vec<Vec<u8>> {
    let ways = |input: Vec<u8>| [0, 1, 4, 7].map(|how| [&[how][..], &input].concat());
    inputs.into_iter().flat_map(ways).collect()
}

pub fn requests() -> Vec<Vec<u8>> {
    in_every_way(REQUESTS.map(|it| it.as_bytes().to_vec()))
}

/// Captured packets of every type.
static PACKETS: LazyLock<Vec<Vec<u8>>> = LazyLock::new(|| {
    let file = include_str!("../../../crates/bus/tests/recorded-packets.json");
    let file: Value = serde_json::from_str(file).expect("JSON");
    let hex = file.as_array().expect("a list").iter().filter_map(|entry| entry["hex"].as_str());
    let byte = |pair| u8::from_str_radix(str::from_utf8(pair).expect("text"), 16).expect("hex");
    hex.map(|hex| hex.as_bytes().chunks(2).map(byte).collect()).collect()
});

/// The captured packets, and a PING of one that knows light messages with a light message behind it.
pub fn packets() -> Vec<Vec<u8>> {
    let mut packets = PACKETS.clone();
    let ping = PACKETS.iter().find_map(|bytes| {
        let packet = bus::decode(bytes).ok()?;
        matches!(packet.body, bus::Body::Ping(..)).then_some(packet)
    });
    let mut ping = ping.expect("a PING was captured");
    ping.header.flags.set(bus::NodeFlags::LIGHT_HEADER_SUPPORTED);
    let body = bus::Body::Publish { channel: b"news".to_vec(), message: b"light".to_vec() };
    let light = bus::encode_light(&body).expect("it has a light form");
    packets.push([bus::encode(&ping), light].concat());
    in_every_way(packets)
}

/// A nodes.conf that knows the senders of these packets, so that they are heard to the end.
pub static CONF_OF_SENDERS: LazyLock<String> = LazyLock::new(|| {
    let sender = |bytes: &Vec<u8>| bus::decode(bytes).expect("a good packet").header.sender;
    let mut ids: Vec<String> = PACKETS.iter().map(|it| sender(it).to_string()).collect();
    ids.sort();
    ids.dedup();
    let mut text = format!("{} :0@0 myself,master - 0 0 1 connected 0-99\n", "f".repeat(40));
    for (at, id) in ids.iter().enumerate() {
        let (first, last) = (100 + at * 100, 199 + at * 100);
        text += &format!(
            "{id} 10.0.1.{at}:6379@16379 master - 0 0 {} connected {first}-{last}\n",
            at + 2
        );
    }
    text + "vars currentEpoch 40 lastVoteEpoch 3\n"
});

/// Without a checksum: what is damaged is not noticed before it is read.
pub fn rdb() -> Vec<Vec<u8>> {
    let file = include_bytes!("../../../crates/engine/tests/recorded/every-encoding.rdb");
    let mut file = file.to_vec();
    let checksum = file.len() - 8;
    file[checksum..].fill(0);
    in_every_way([file])
}

pub fn nodes_conf() -> Vec<Vec<u8>> {
    let newer = format!(
        "{} 10.0.0.1:6379@16379,here,nodename=rack-7,tls-port=0,shard-id={} myself,master - 0 0 1 \
         connected 0-99 [7->-{}]\nvars currentEpoch 1 lastVoteEpoch 0\n",
        "a".repeat(40),
        "b".repeat(40),
        "a".repeat(40)
    );
    in_every_way([CONF_OF_SENDERS.clone().into_bytes(), newer.into_bytes()])
}
