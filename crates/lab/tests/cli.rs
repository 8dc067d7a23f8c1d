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
    assert_complains(&[], "", "use shell, run FILE or times");
    assert_complains(&["fly"], "", "there is no command `fly`");
    assert_complains(&["run"], "", "<FILE> is missing; add it");
    assert_complains(&["run", "no/such/file"], "", "no/such/file cannot be read");
    assert_complains(&["shell", "--seed", "x"], "", "write a whole number");
    assert_complains(&["shell", "--scenario", "no/such/file"], "", "no/such/file cannot be read");
    assert_complains(&["shell", "--trace", "no/such/folder/t"], "", "cannot be written");
    assert_complains(&["times", "--node-timeout", "5000", "--seeds", "9..1"], "", "write A..B");
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
