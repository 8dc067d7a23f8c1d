//! How virtual time follows the wall clock, and whether node workers can follow it.

use engine::Time;

/// The slowest and the fastest speed, virtual seconds per second.
const SPEEDS: (f64, f64) = (0.001, 100.0);
/// When time falls this far behind the wall clock, milliseconds, the rest is forgotten: the pace
/// drops instead of a jump to come.
const LAG_MAX_MS: f64 = 100.0;
/// The pace is measured over this long, milliseconds.
const SAMPLE_MS: f64 = 500.0;

/// Virtual time against wall time (milliseconds, of `performance.now()`).
#[derive(Debug)]
pub(crate) struct Pace {
    running: bool,
    speed: f64,
    /// A moment of both clocks from which on the speed counts.
    anchor: (f64, Time),
    sample: (f64, Time),
    measured: Option<f64>,
}

impl Pace {
    /// Stands still at this moment.
    pub(crate) fn new(wall: f64, now: Time) -> Self {
        let moment = (wall, now);
        Self { running: false, speed: 1.0, anchor: moment, sample: moment, measured: None }
    }

    /// Whether time passes.
    pub(crate) fn is_running(&self) -> bool {
        self.running
    }

    /// The speed asked for.
    pub(crate) fn speed(&self) -> f64 {
        self.speed
    }

    /// The speed reached lately; the one asked for as long as nothing is measured.
    pub(crate) fn reached(&self) -> f64 {
        if self.running { self.measured.unwrap_or(self.speed) } else { 0.0 }
    }

    /// Lets time pass or stops it.
    pub(crate) fn set_running(&mut self, running: bool, wall: f64, now: Time) {
        self.running = running;
        self.restart(wall, now);
    }

    /// Changes the speed; values out of range are brought into it.
    pub(crate) fn set_speed(&mut self, speed: f64, wall: f64, now: Time) {
        if speed.is_finite() {
            self.speed = speed.clamp(SPEEDS.0, SPEEDS.1);
        }
        self.restart(wall, now);
    }

    /// Counts from this moment on: time was moved by other means.
    pub(crate) fn restart(&mut self, wall: f64, now: Time) {
        self.anchor = (wall, now);
        self.sample = (wall, now);
        self.measured = None;
    }

    /// Where virtual time should be; none while it stands.
    pub(crate) fn goal(&self, wall: f64) -> Option<Time> {
        let (wall_then, then) = self.anchor;
        let micros = (wall - wall_then).max(0.0) * 1000.0 * self.speed;
        self.running.then(|| Time(then.0 + micros as u64))
    }

    /// Takes note of how far time came; forgets what it is too far behind.
    pub(crate) fn reached_now(&mut self, wall: f64, now: Time) {
        let (wall_then, then) = self.sample;
        if wall - wall_then >= SAMPLE_MS {
            self.measured = Some(now.since(then).0 as f64 / 1000.0 / (wall - wall_then));
            self.sample = (wall, now);
        }
        let behind = self.goal(wall).map_or(0, |goal| goal.since(now).0);
        if behind as f64 > LAG_MAX_MS * 1000.0 * self.speed {
            self.anchor = (wall, now);
        }
    }
}

/// Whether nodes should run in the hub, judged by what messages cost.
#[derive(Debug)]
pub(crate) struct Judge {
    /// Wall milliseconds that a window takes when its nodes are in workers.
    window_ms: f64,
    /// Windows in a virtual second.
    windows_per_s: f64,
    windows: u64,
    since: Time,
    inline: bool,
}

impl Judge {
    /// Knows nothing yet: assumes what most machines do.
    pub(crate) fn new() -> Self {
        Self { window_ms: 0.4, windows_per_s: 100.0, windows: 0, since: Time::ZERO, inline: false }
    }

    /// A window was done; `took` is its wall time when nodes in workers did it.
    pub(crate) fn window(&mut self, took: Option<f64>) {
        self.windows += 1;
        if let Some(took) = took {
            self.window_ms += (took.clamp(0.01, 20.0) - self.window_ms) * 0.02;
        }
    }

    /// Takes note of the time, to know how dense windows are.
    pub(crate) fn time(&mut self, now: Time) {
        let passed = now.since(self.since).0 as f64 / 1e6;
        if passed >= 1.0 {
            self.windows_per_s = self.windows as f64 / passed;
            (self.windows, self.since) = (0, now);
        }
    }

    /// The part of the wall clock that workers would need at this speed.
    fn load(&self, speed: f64) -> f64 {
        speed * self.windows_per_s * self.window_ms / 1000.0
    }

    /// Whether to run inline at this speed. What was decided is kept until it is clearly wrong.
    pub(crate) fn inline(&mut self, speed: f64) -> bool {
        let limit = if self.inline { 0.4 } else { 0.8 };
        self.inline = self.load(speed) > limit;
        self.inline
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn time_passes_at_the_speed_asked_for() {
        let mut pace = Pace::new(1000.0, Time(5));
        assert_eq!(pace.goal(1010.0), None);
        pace.set_running(true, 1000.0, Time(5));
        pace.set_speed(0.001, 1000.0, Time(5));
        assert_eq!(pace.goal(1010.0), Some(Time(15)));
        pace.set_speed(100.0, 1010.0, Time(15));
        assert_eq!(pace.goal(1011.0), Some(Time(100_015)));
    }

    #[test]
    fn speeds_out_of_range_are_brought_into_it() {
        let mut pace = Pace::new(0.0, Time::ZERO);
        pace.set_speed(1e9, 0.0, Time::ZERO);
        assert_eq!(pace.speed(), 100.0);
        pace.set_speed(f64::NAN, 0.0, Time::ZERO);
        assert_eq!(pace.speed(), 100.0);
    }

    #[test]
    fn lost_time_is_not_caught_up() {
        let mut pace = Pace::new(0.0, Time::ZERO);
        pace.set_running(true, 0.0, Time::ZERO);
        pace.reached_now(5000.0, Time(20_000));
        assert_eq!(pace.goal(5001.0), Some(Time(21_000)));
        assert!((pace.reached() - 0.004).abs() < 1e-9);
    }

    #[test]
    fn nodes_leave_their_workers_when_messages_can_not_follow() {
        let mut judge = Judge::new();
        for _ in 0..1000 {
            judge.window(Some(0.5));
        }
        judge.time(Time(10_000_000));
        assert!(!judge.inline(1.0));
        assert!(judge.inline(100.0));
        assert!(judge.inline(10.0), "0.5 of the time: stays where it is");
        assert!(!judge.inline(5.0));
    }
}
