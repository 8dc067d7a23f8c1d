//! The browser process.

use std::fs::{self, File};
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::{Duration, Instant};

use serde_json::json;

use super::Result;
use super::page::{Page, Seen};
use super::pipe::Pipe;

const NAMES: [&str; 4] = ["chromium", "chromium-browser", "google-chrome", "chrome"];
const FLAGS: [&str; 11] = [
    "--headless=new",
    "--remote-debugging-pipe",
    "--no-sandbox",
    "--no-first-run",
    "--disable-gpu",
    "--disable-dev-shm-usage",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--hide-scrollbars",
    "--force-color-profile=srgb",
];

/// A headless browser with a profile of its own; it ends when this is dropped.
pub struct Chromium {
    child: Child,
    profile: PathBuf,
    pipe: Pipe,
    seen: Arc<Mutex<Seen>>,
}

impl Chromium {
    /// Starts the browser.
    ///
    /// # Errors
    /// When there is none on `PATH`, or it does not start.
    pub fn launch() -> Result<Self> {
        let program = find().ok_or("no Chromium or Chrome on PATH")?;
        let profile = new_profile().map_err(|why| format!("no place for a profile: {why}"))?;
        let log = File::create(profile.join("stderr.log")).map_err(|why| why.to_string())?;
        // The browser reads commands from descriptor 3 and answers on 4.
        let mut child = Command::new("sh")
            .args(["-c", "exec \"$@\" 3<&0 4>&1 </dev/null >/dev/null", "sh"])
            .arg(program)
            .args(FLAGS)
            .arg(format!("--user-data-dir={}", profile.display()))
            .arg("about:blank")
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(log)
            .spawn()
            .map_err(|why| format!("can not start the browser: {why}"))?;
        let seen = Arc::new(Mutex::new(Seen::default()));
        let (out, input) = (child.stdin.take(), child.stdout.take());
        let (out, input) = out.zip(input).ok_or("the browser has no pipes")?;
        let watching = Arc::clone(&seen);
        let pipe = Pipe::new(out, input, move |pipe, told| {
            watching.lock().expect("no thread panics").take(pipe, told);
        });
        let chromium = Self { child, profile, pipe, seen };
        chromium.pipe.call("", "Browser.getVersion", json!({}))?;
        Ok(chromium)
    }

    /// The memory that the processes which run pages and workers hold, bytes; none where the system
    /// does not tell.
    #[must_use]
    pub fn memory(&self) -> Option<u64> {
        let profile = self.profile.display().to_string();
        let mut sum = None;
        for entry in fs::read_dir("/proc").ok()?.flatten() {
            let read = |name: &str| fs::read_to_string(entry.path().join(name)).unwrap_or_default();
            let line = read("cmdline");
            if line.contains("--type=renderer") && line.contains(&profile) {
                let status = read("status");
                let held = status.lines().find_map(|it| it.strip_prefix("RssAnon:"));
                let kb = held.and_then(|it| it.trim().trim_end_matches(" kB").parse::<u64>().ok());
                sum = Some(sum.unwrap_or(0) + kb? * 1024);
            }
        }
        sum
    }

    /// Opens an empty page of this size, in CSS pixels. One page at a time: what is seen of
    /// workers, errors and requests is the browser's.
    ///
    /// # Errors
    /// When the browser refuses.
    pub fn page(&self, width: u32, height: u32) -> Result<Page> {
        let target = json!({ "url": "about:blank" });
        let created = self.pipe.call("", "Target.createTarget", target)?;
        let attach = json!({ "targetId": created["targetId"], "flatten": true });
        let attached = self.pipe.call("", "Target.attachToTarget", attach)?;
        let session = attached["sessionId"].as_str().ok_or("no session")?.to_owned();
        Page::open(self.pipe.clone(), session, Arc::clone(&self.seen), width, height)
    }
}

impl Drop for Chromium {
    fn drop(&mut self) {
        self.pipe.tell("", "Browser.close", json!({}));
        let patience = Instant::now() + Duration::from_secs(5);
        while Instant::now() < patience && !matches!(self.child.try_wait(), Ok(Some(_))) {
            thread::sleep(Duration::from_millis(20));
        }
        let _ = self.child.kill();
        let _ = self.child.wait();
        let _ = fs::remove_dir_all(&self.profile);
    }
}

fn find() -> Option<PathBuf> {
    let path = std::env::var_os("PATH")?;
    let folders: Vec<PathBuf> = std::env::split_paths(&path).collect();
    NAMES.iter().find_map(|name| {
        folders.iter().map(|folder| folder.join(name)).find(|program| program.is_file())
    })
}

fn new_profile() -> std::io::Result<PathBuf> {
    static COUNT: AtomicU32 = AtomicU32::new(0);
    let number = COUNT.fetch_add(1, Ordering::Relaxed);
    let name = format!("failover-lab-{}-{number}", std::process::id());
    let profile = std::env::temp_dir().join(name);
    let _ = fs::remove_dir_all(&profile);
    fs::create_dir_all(&profile)?;
    Ok(profile)
}
