//! The `lab` binary as a person at a terminal meets it.

use std::io::Write;
use std::process::{Command, Output, Stdio};

/// Runs `lab` with these arguments and this standard input.
fn lab(arguments: &[&str], input: &str) -> Output {
    let mut child = Command::new(env!("CARGO_BIN_EXE_lab"))
        .args(arguments)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("the binary is built");
    let mut stdin = child.stdin.take().expect("a pipe");
    // A command that fails early does not read its input.
    let _ = stdin.write_all(input.as_bytes());
    drop(stdin);
    child.wait_with_output().expect("the binary ends")
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8(bytes.to_vec()).expect("UTF-8")
}

fn assert_complains(arguments: &[&str], input: &str, part: &str) {
    let output = lab(arguments, input);
    let complaint = text(&output.stderr);
    assert_eq!(output.status.code(), Some(2), "{arguments:?}: {complaint}");
    assert_eq!(complaint.lines().count(), 1, "{arguments:?}: {complaint}");
    assert!(complaint.starts_with("lab: ") && complaint.contains(part), "{complaint}");
}

#[test]
fn wrong_arguments_end_in_one_line_and_code_2() {
    assert_complains(&[], "", "use shell, run FILE, check, times, serve or fuzz");
    assert_complains(&["fly"], "", "there is no command `fly`");
    assert_complains(&["run"], "", "<FILE> is missing; add it");
    assert_complains(&["run", "no/such/file"], "", "no/such/file cannot be read");
    assert_complains(&["shell", "--seed", "x"], "", "write a whole number");
    assert_complains(&["shell", "--scenario", "no/such/file"], "", "no/such/file cannot be read");
    assert_complains(&["shell", "--trace", "no/such/folder/t"], "", "cannot be written");
    assert_complains(&["times", "--node-timeout", "5000", "--seeds", "9..1"], "", "write A..B");
    assert_complains(&["check", "no-such-exercise"], "", "there is no exercise no-such-exercise");
}

#[test]
fn help_is_no_error() {
    for arguments in [&["--help"][..], &["shell", "--help"], &["run", "-h"], &["times", "--help"]] {
        let output = lab(arguments, "");
        assert_eq!(output.status.code(), Some(0));
        assert!(text(&output.stdout).contains("Usage: lab"), "{arguments:?}");
    }
}

#[test]
fn an_unknown_host_is_answered_with_the_hosts_there_are() {
    assert_complains(&["shell"], "@192.168.0.99\n", "use one of 192.168.0.161, ");
}

const SESSION: &str = "\
# Typed on two hosts.
redis-cli -c
SET foo bar
exit

@192.168.0.132
sleep 1.5
redis-cli -h 192.168.0.132 -c GET foo
nonsense
";

#[test]
fn a_transcript_shows_prompts_typed_lines_and_answers() {
    // The masters wait five seconds before they call a new cluster ok.
    let output = lab(&["shell"], &format!("sleep 10\n{SESSION}"));
    let transcript = text(&output.stdout);
    assert!(output.status.success(), "{}", text(&output.stderr));
    let expected = "\
redis@192.168.0.161:~$ sleep 10
redis@192.168.0.161:~$ redis-cli -c
127.0.0.1:6379> SET foo bar
-> Redirected to slot [12182] located at 192.168.0.132:6379
OK
192.168.0.132:6379> exit
@192.168.0.132
redis@192.168.0.132:~$ sleep 1.5
redis@192.168.0.132:~$ redis-cli -h 192.168.0.132 -c GET foo
\"bar\"
redis@192.168.0.132:~$ nonsense
bash: nonsense: command not found
";
    assert_eq!(transcript, expected);
}

#[test]
fn the_same_seed_and_lines_give_the_same_transcript_and_trace() {
    let folder = env!("CARGO_TARGET_TMPDIR");
    let session = format!("{folder}/session");
    std::fs::write(&session, SESSION).expect("the folder can be written");
    let run = |seed: &str, name: &str| {
        let trace = format!("{folder}/{name}");
        let output = lab(&["run", &session, "--seed", seed, "--hash", "--trace", &trace], "");
        assert!(output.status.success(), "{}", text(&output.stderr));
        (text(&output.stdout), std::fs::read_to_string(trace).expect("the trace is written"))
    };
    let (first, again, other) = (run("7", "first"), run("7", "again"), run("8", "other"));
    assert!(first == again, "one seed, two histories");
    let hash = first.0.lines().last().and_then(|line| line.strip_prefix("trace hash: "));
    let hash = hash.expect("the hash is the last line");
    assert!(!other.0.contains(hash), "two seeds, one history");
    let last = first.1.lines().last().expect("the trace has lines");
    assert!(last.contains(hash), "the trace ends with the hash: {last}");
    let log_lines = first.1.lines().filter(|line| line.contains("\"log\":")).count();
    assert!(log_lines > 20 && first.1.contains("\"event\":\"ClusterState\""));
}

#[test]
fn a_line_that_cannot_be_typed_is_named() {
    let session = format!("{}/lost", env!("CARGO_TARGET_TMPDIR"));
    std::fs::write(&session, "date\n@nowhere\n").expect("the folder can be written");
    assert_complains(&["run", &session], "", ", line 2: '@nowhere' names no host");
}

#[test]
fn times_are_json_lines_one_a_seed() {
    let output = lab(&["times", "--node-timeout", "1000", "--seeds", "3..5"], "");
    let stdout = text(&output.stdout);
    assert_eq!(stdout.lines().count(), 2, "{}", text(&output.stderr));
    for line in stdout.lines() {
        let trial: serde_json::Value = serde_json::from_str(line).expect("JSON");
        assert_eq!(trial["kind"], "auto");
        assert!(trial["fail_marked"].as_u64() < trial["won"].as_u64(), "{line}");
    }
    let slow = ["times", "--node-timeout", "1000", "--seeds", "3", "--latency", "20ms"];
    assert!(text(&lab(&slow, "").stdout).contains("\"won\":"));
}

#[test]
fn an_expectation_that_does_not_hold_is_named_by_its_line_and_ends_in_code_1() {
    let session = format!("{}/expects", env!("CARGO_TARGET_TMPDIR"));
    std::fs::write(&session, "sleep 10\n\nredis-cli PING\n> PANG\n").expect("a writable folder");
    let output = lab(&["run", &session], "");
    assert_eq!(output.status.code(), Some(1));
    let complaint = text(&output.stderr);
    assert!(complaint.contains("expects, line 4: `redis-cli PING`"), "{complaint}");
    assert!(text(&output.stdout).ends_with("redis-cli PING\nPONG\n"), "{output:?}");
    std::fs::write(&session, "sleep 10\nredis-cli PING\n> PONG\n").expect("a writable folder");
    assert_eq!(lab(&["run", &session], "").status.code(), Some(0));
}
