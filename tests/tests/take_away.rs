//! "Run this for real": the folder that a lab is taken away in starts a real cluster of the same shape on
//! 127.0.0.1, and what was typed in the lab works there.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use failover_tests::say;
use failover_tests::servers::{self, Program};

/// Ports 22701 to 22706 and 32701 to 32706, which no other test uses. They are below 32768: from there
/// on the system hands ports to clients, and one that a client has just left can't be listened on.
const BASE_PORT: &str = "22701";
/// What is typed: the seed's two failovers.
const TYPED: &str = "\
@192.168.0.6
redis-cli INFO replication
>within 10s master_link_status:up
redis-cli
CLUSTER FAILOVER
exit
redis-cli INFO replication
>within 10s role:master
@192.168.0.161
redis-cli INFO replication
>within 10s master_link_status:up
@192.168.0.6
redis-cli -h 192.168.0.13 -p 6379 CLUSTER NODES
> * 192.168.0.6:6379@16379 master *
kill -9 $(pidof redis-server)
@192.168.0.161
redis-cli INFO replication
>within 40s role:master
";

/// The folder and its servers; both end with this value.
struct Folder(PathBuf);

impl Folder {
    fn run(&self, arguments: &[&str]) -> String {
        let mut program = Command::new(self.0.join("lab.sh"));
        let output =
            program.args(arguments).env("BASE_PORT", BASE_PORT).output().expect("lab.sh runs");
        let text = String::from_utf8_lossy(&[output.stdout, output.stderr].concat()).into_owned();
        assert!(output.status.success(), "lab.sh {arguments:?}: {text}");
        text
    }

    /// What a host is asked until it says something like this.
    fn until(&self, host: &str, words: &[&str], part: &str) {
        let mut text = String::new();
        for _ in 0..100 {
            text = self.run(&[&["cli", host], words].concat());
            if text.contains(part) {
                return;
            }
            std::thread::sleep(std::time::Duration::from_millis(300));
        }
        panic!("{host} {words:?} never said {part}:\n{text}");
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let mut clean = Command::new(self.0.join("lab.sh"));
        let _ = clean.arg("clean").env("BASE_PORT", BASE_PORT).output();
        let _ = fs::remove_dir_all(&self.0);
    }
}

fn taken_away(session: &str) -> Folder {
    let folder =
        std::env::temp_dir().join(format!("failover-lab-take-away-{}", std::process::id()));
    let file = folder.with_extension("session");
    fs::write(&file, session).expect("a file can be written");
    let mut lab = Command::new(servers::lab());
    let output =
        lab.arg("run").arg(&file).arg("--take-away").arg(&folder).output().expect("lab runs");
    let _ = fs::remove_file(&file);
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    Folder(folder)
}

#[test]
fn a_lab_that_is_taken_away_runs_on_real_servers() {
    if Program::Redis.is_missing("a lab that is taken away") {
        return;
    }
    let folder = taken_away(TYPED);
    let is_there = |path: &str| Path::new(&folder.0).join(path).exists();
    assert!(is_there("compose.yaml") && is_there("hosts/192.168.0.6/redis.conf"));
    let built = folder.run(&["up"]);
    assert!(built.contains("[OK] All 16384 slots covered"), "{built}");
    let check = ["--cluster", "check", "192.168.0.13:6379"];
    folder.until("192.168.0.6", &check, "3 masters");
    folder.until("192.168.0.6", &["INFO", "replication"], "master_link_status:up");
    let typed = folder.run(&["play", "--yes"]);
    assert!(typed.contains("192.168.0.6$ redis-cli CLUSTER FAILOVER\nOK"), "{typed}");
    let nodes = folder.run(&["cli", "192.168.0.13", "CLUSTER", "NODES"]);
    assert_eq!(nodes.lines().filter(|line| line.contains("connected")).count(), 6, "{nodes}");
    // The killed one is replaced by the one that it had replaced.
    folder.until("192.168.0.161", &["INFO", "replication"], "role:master");
    say(&format!("the lab on real servers, its last look:\n{nodes}"));
}
