//! `lab serve` as a script written for redis-server meets it.

use std::fs;
use std::io::{Read, Write};
use std::net::TcpStream;
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::thread::sleep;
use std::time::Duration;

/// A served node in a folder of its own; both end with it.
struct Served {
    process: Child,
    folder: PathBuf,
    port: u16,
}

fn lab(args: &[&str]) -> Command {
    let mut lab = Command::new(env!("CARGO_BIN_EXE_lab"));
    lab.arg("serve").args(args).stdin(Stdio::null());
    lab
}

impl Served {
    fn start(port: u16, options: &[&str]) -> Self {
        let folder = std::env::temp_dir().join(format!("lab-serve-{}-{port}", std::process::id()));
        fs::create_dir_all(&folder).expect("a temporary folder");
        let (dir, number) = (folder.display().to_string(), port.to_string());
        let base = ["--port", &number, "--dir", &dir, "--logfile", "log"];
        let process = lab(&[&base[..], options].concat()).spawn().expect("the binary is built");
        let served = Self { process, folder, port };
        served.wait(|| served.try_ask("PING").is_some());
        served
    }

    fn wait(&self, done: impl Fn() -> bool) {
        for _ in 0..200 {
            if done() {
                return;
            }
            sleep(Duration::from_millis(50));
        }
        panic!("not within ten seconds; the log:\n{}", self.log());
    }

    fn log(&self) -> String {
        fs::read_to_string(self.folder.join("log")).unwrap_or_default()
    }

    /// The first bytes of the reply to an inline command.
    fn try_ask(&self, line: &str) -> Option<String> {
        let mut stream = TcpStream::connect(("127.0.0.1", self.port)).ok()?;
        stream.set_read_timeout(Some(Duration::from_secs(5))).ok()?;
        stream.write_all(format!("{line}\r\n").as_bytes()).ok()?;
        let mut buffer = [0; 4096];
        let len = stream.read(&mut buffer).ok()?;
        Some(String::from_utf8_lossy(&buffer[..len]).into_owned())
    }

    fn ask(&self, line: &str) -> String {
        self.try_ask(line).expect("a reply")
    }

    fn terminate(&mut self) -> Option<i32> {
        let pid = self.process.id().to_string();
        assert!(Command::new("kill").arg(pid).status().expect("kill is there").success());
        self.process.wait().expect("it ends").code()
    }
}

impl Drop for Served {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
        let _ = fs::remove_dir_all(&self.folder);
    }
}

#[test]
fn a_node_keeps_its_data_and_its_name_over_a_clean_stop() {
    let mut node = Served::start(28610, &[]);
    assert_eq!(node.ask("CLUSTER ADDSLOTSRANGE 0 16383"), "+OK\r\n");
    node.wait(|| node.ask("SET key value") == "+OK\r\n");
    let name = node.ask("CLUSTER MYID");
    assert_eq!(node.terminate(), Some(0));
    let log = node.log();
    assert!(log.contains("Received SIGTERM scheduling shutdown..."), "{log}");
    assert!(log.contains("# Redis is now ready to exit, bye bye..."), "{log}");
    let dir = node.folder.display().to_string();
    node.process = lab(&["--port", "28610", "--dir", &dir]).stdout(Stdio::null()).spawn().unwrap();
    node.wait(|| node.try_ask("GET key").as_deref() == Some("$5\r\nvalue\r\n"));
    assert_eq!(node.ask("CLUSTER MYID"), name);
}

#[test]
fn what_is_taken_or_wrong_is_said_as_redis_server_says_it() {
    let node = Served::start(28611, &[]);
    let fails = |options: &[&str], part: &str| {
        let output = lab(options).output().expect("the binary is built");
        let text = [output.stdout, output.stderr].concat();
        let text = String::from_utf8_lossy(&text);
        assert_eq!(output.status.code(), Some(1), "{text}");
        assert!(text.contains(part), "{text}");
    };
    let dir = node.folder.display().to_string();
    fails(&["--port", "28611"], "listening socket 127.0.0.1:28611: bind: Address already in use");
    fails(&["--port", "28612", "--dir", &dir], "is already used by a different Redis Cluster node");
    fails(&["--port", "28612", "--bogus", "1"], ">>> 'bogus \"1\"'\nBad directive");
}

#[test]
fn a_node_that_can_not_save_its_epochs_ends() {
    let mut node = Served::start(28613, &[]);
    fs::remove_dir_all(&node.folder).expect("ours");
    assert!(node.try_ask("CLUSTER BUMPEPOCH").is_none_or(|it| it.is_empty()));
    assert_eq!(node.process.wait().expect("it ends").code(), Some(1));
}
