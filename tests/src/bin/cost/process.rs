//! What the kernel says about a process.

use std::fs;
use std::time::Duration;

/// Clock ticks per second in `/proc`: 100 wherever Linux runs today.
const TICKS: u64 = 100;

/// User and system time of a process so far; zero when it is gone.
pub fn cpu(pid: u32) -> Duration {
    let stat = fs::read_to_string(format!("/proc/{pid}/stat")).unwrap_or_default();
    // The second field is a name in parentheses, which may hold spaces.
    let after = stat.rsplit(')').next().unwrap_or_default();
    let ticks: u64 = after.split_whitespace().skip(11).take(2).flat_map(str::parse::<u64>).sum();
    Duration::from_millis(ticks * 1000 / TICKS)
}

/// This process's time so far.
pub fn own_cpu() -> Duration {
    cpu(std::process::id())
}

/// This process's resident memory.
pub fn megabytes() -> f64 {
    let status = fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"));
    let kilobytes = line.and_then(|it| it.split_whitespace().next()?.parse::<f64>().ok());
    kilobytes.unwrap_or_default() / 1024.0
}
