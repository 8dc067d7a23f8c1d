//! The process of a browser and the folder of its profile.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Child, Command};
use std::sync::atomic::{AtomicU32, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use super::Result;

/// How long a browser that was asked to end may take to do so.
const ENDS_WITHIN: Duration = Duration::from_secs(10);

/// A running browser; it is gone, with its profile, when this is dropped.
pub struct Process {
    /// The process.
    pub child: Child,
    profile: Profile,
}

/// A folder of its own for each browser; it goes when this is dropped.
pub struct Profile(PathBuf);

impl Profile {
    /// An empty one.
    pub fn new() -> Result<Self> {
        static COUNT: AtomicU32 = AtomicU32::new(0);
        let number = COUNT.fetch_add(1, Ordering::Relaxed);
        let name = format!("failover-lab-{}-{number}", std::process::id());
        let folder = std::env::temp_dir().join(name);
        let _ = fs::remove_dir_all(&folder);
        let made = fs::create_dir_all(folder.join("downloads"));
        made.map_err(|why| format!("no place for a profile: {why}"))?;
        Ok(Self(folder))
    }

    /// The folder.
    pub fn folder(&self) -> &Path {
        &self.0
    }

    /// Where the browser puts what a page saves.
    pub fn downloads(&self) -> PathBuf {
        self.0.join("downloads")
    }
}

impl Drop for Profile {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

impl Process {
    /// Starts a browser.
    pub fn start(command: &mut Command, profile: Profile) -> Result<Self> {
        let child = command.spawn().map_err(|why| format!("can not start the browser: {why}"))?;
        Ok(Self { child, profile })
    }

    /// Its profile.
    pub fn profile(&self) -> &Profile {
        &self.profile
    }
}

impl Drop for Process {
    /// Whoever drives it has asked it to end; it is given a while.
    fn drop(&mut self) {
        let patience = Instant::now() + ENDS_WITHIN;
        while Instant::now() < patience && !matches!(self.child.try_wait(), Ok(Some(_))) {
            thread::sleep(Duration::from_millis(20));
        }
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// The first of these programs that is on `PATH`.
pub fn find(names: &[&str]) -> Result<PathBuf> {
    let path = std::env::var_os("PATH").unwrap_or_default();
    let folders: Vec<PathBuf> = std::env::split_paths(&path).collect();
    let places = |name: &&str| folders.iter().map(|it| it.join(name)).find(|it| it.is_file());
    names.iter().find_map(places).ok_or_else(|| format!("no {} on PATH", names.join(" or ")))
}
