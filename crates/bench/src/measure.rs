//! Timing, memory, and the line in which a figure is printed.

use std::error::Error;
use std::fs;
use std::time::{Duration, Instant};

use serde_json::{Map, Value, json};

/// What a step came to; every error is for the person at the terminal.
pub(crate) type Outcome<T = ()> = Result<T, Box<dyn Error>>;

/// A figure: one line of JSON.
#[derive(Debug)]
pub(crate) struct Figure {
    value: f64,
    line: Map<String, Value>,
}

impl Figure {
    /// A figure of that name.
    pub(crate) fn new(measure: &str, value: f64, unit: &str) -> Self {
        let mut line = Map::new();
        line.insert("measure".to_owned(), measure.into());
        line.insert("value".to_owned(), rounded(value));
        line.insert("unit".to_owned(), unit.into());
        Self { value, line }
    }

    /// A figure in milliseconds.
    pub(crate) fn milliseconds(measure: &str, value: Duration) -> Self {
        Self::new(measure, value.as_secs_f64() * 1e3, "ms")
    }

    /// A figure in seconds.
    pub(crate) fn seconds(measure: &str, value: Duration) -> Self {
        Self::new(measure, value.as_secs_f64(), "s")
    }

    /// What it should be at the most.
    pub(crate) fn at_most(mut self, target: f64) -> Self {
        self.line.insert("target".to_owned(), rounded(target));
        self.line.insert("met".to_owned(), (self.value <= target).into());
        self
    }

    /// The same measure of something else in the same run, in the same unit.
    pub(crate) fn beside(mut self, baseline: &str, value: f64) -> Self {
        self.line.insert("baseline".to_owned(), baseline.into());
        self.line.insert("baseline_value".to_owned(), rounded(value));
        self.line.insert("ratio".to_owned(), rounded(self.value / value));
        self
    }

    /// The most memory this process had.
    pub(crate) fn peak(self) -> Self {
        let peak = Memory::now().peak;
        self.with("peak_memory_bytes", peak)
    }

    /// Something else worth knowing.
    pub(crate) fn with(mut self, name: &str, value: impl Into<Value>) -> Self {
        self.line.insert(name.to_owned(), value.into());
        self
    }

    /// Prints it.
    pub(crate) fn print(self) {
        print(&Value::Object(self.line));
    }
}

/// Prints a line.
#[expect(clippy::print_stdout, reason = "figures are what this program is for")]
pub(crate) fn print(line: &Value) {
    println!("{line}");
}

/// Tells the person at the terminal what is being done; not part of the figures.
#[expect(clippy::print_stderr, reason = "this is a command line")]
pub(crate) fn tell(what: &str) {
    eprintln!("… {what}");
}

/// Four figures are enough for anybody.
pub(crate) fn rounded(value: f64) -> Value {
    if value == 0.0 || !value.is_finite() {
        return json!(value);
    }
    let digits = 3 - value.abs().log10().floor() as i32;
    let scale = 10f64.powi(digits.clamp(0, 9));
    json!((value * scale).round() / scale)
}

/// The times of one operation.
#[derive(Debug, Default)]
pub(crate) struct Samples(Vec<Duration>);

impl Samples {
    /// Carries out an operation so many times.
    pub(crate) fn of(times: usize, mut work: impl FnMut(usize) -> Outcome) -> Outcome<Self> {
        let mut samples = Self::default();
        for nth in 0..times {
            samples.add(timed(|| work(nth))?.1);
        }
        Ok(samples)
    }

    /// Adds a time.
    pub(crate) fn add(&mut self, time: Duration) {
        let place = self.0.partition_point(|other| *other < time);
        self.0.insert(place, time);
    }

    /// The time that so many of a hundred do not exceed (nearest rank).
    pub(crate) fn percentile(&self, percent: usize) -> Duration {
        let rank = (self.0.len() * percent).div_ceil(100).max(1);
        self.0.get(rank - 1).copied().unwrap_or_default()
    }

    /// The time in the middle, in milliseconds.
    pub(crate) fn middle(&self) -> f64 {
        self.percentile(50).as_secs_f64() * 1e3
    }

    /// The shortest.
    pub(crate) fn best(&self) -> Duration {
        self.0.first().copied().unwrap_or_default()
    }

    /// All of them in milliseconds.
    pub(crate) fn all(&self) -> Value {
        self.0.iter().map(|time| rounded(time.as_secs_f64() * 1e3)).collect()
    }
}

/// The time that a process has had the processor, in its own name and the system's.
pub(crate) fn processor_time(process: u32) -> Outcome<Duration> {
    let stat = fs::read_to_string(format!("/proc/{process}/stat"))?;
    // The name of the program stands in parentheses and may hold anything.
    let (_, fields) = stat.rsplit_once(')').ok_or("a process without a name")?;
    let ticks = fields.split_whitespace().skip(11).take(2).map(str::parse::<u64>);
    // The kernel counts in hundredths of a second here, whatever it counts in for itself.
    Ok(Duration::from_millis(ticks.sum::<Result<u64, _>>()? * 10))
}

/// What something gives and how long it takes.
pub(crate) fn timed<T>(work: impl FnOnce() -> Outcome<T>) -> Outcome<(T, Duration)> {
    let started = Instant::now();
    let done = work()?;
    Ok((done, started.elapsed()))
}

/// The memory of this process in bytes; nothing where the system does not tell.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Memory {
    /// What it has now.
    pub(crate) resident: u64,
    /// The most it had.
    pub(crate) peak: u64,
}

impl Memory {
    /// How it is now.
    pub(crate) fn now() -> Self {
        Self::of("self")
    }

    /// The memory of another process (Linux: `/proc/<id>/status`).
    pub(crate) fn of(process: impl std::fmt::Display) -> Self {
        let status = fs::read_to_string(format!("/proc/{process}/status")).unwrap_or_default();
        let of = |name: &str| {
            status
                .lines()
                .find_map(|line| line.strip_prefix(name)?.split_whitespace().next()?.parse().ok())
                .map_or(0, |kib: u64| kib * 1024)
        };
        Self { resident: of("VmRSS:"), peak: of("VmHWM:") }
    }

    /// Begins the peak anew at what there is now.
    pub(crate) fn begin() -> Self {
        Self::begin_of("self")
    }

    /// The same for another process.
    pub(crate) fn begin_of(process: impl std::fmt::Display) -> Self {
        // Where that cannot be done the peak is of the whole process, and too high.
        let _ = fs::write(format!("/proc/{process}/clear_refs"), "5");
        Self::of(process)
    }
}

/// The machine and the program, so that figures of two runs can be told apart.
pub(crate) fn machine(bench: &str, seed: u64) -> Value {
    let ask = |program: &str, arguments: &[&str]| {
        let output = std::process::Command::new(program).args(arguments).output().ok()?;
        let text = String::from_utf8_lossy(&output.stdout).trim().to_owned();
        (output.status.success() && !text.is_empty()).then_some(text)
    };
    let field = |file: &str, name: &str| {
        let text = fs::read_to_string(file).ok()?;
        let line = text.lines().find(|line| line.starts_with(name))?;
        Some(line.split([':', '=']).nth(1)?.trim().trim_matches('"').to_owned())
    };
    json!({
        "bench": bench,
        "seed": seed,
        "cores": std::thread::available_parallelism().map_or(0, usize::from),
        "processor": field("/proc/cpuinfo", "model name"),
        "memory": field("/proc/meminfo", "MemTotal"),
        "load": fs::read_to_string("/proc/loadavg").ok().map(|text| text.trim().to_owned()),
        "os": field("/etc/os-release", "PRETTY_NAME").unwrap_or_else(|| std::env::consts::OS.into()),
        "kernel": ask("uname", &["-r"]),
        "rustc": ask("rustc", &["--version"]),
        "commit": ask("git", &["rev-parse", "--short", "HEAD"]),
        "changed_files": ask("git", &["status", "--porcelain"]).map_or(0, |text| text.lines().count()),
        "release": !cfg!(debug_assertions),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn percentiles_are_by_nearest_rank() {
        let mut samples = Samples::default();
        for time in (1..=100).rev() {
            samples.add(Duration::from_millis(time));
        }
        assert_eq!(samples.percentile(50), Duration::from_millis(50));
        assert_eq!(samples.percentile(99), Duration::from_millis(99));
        assert_eq!(samples.best(), Duration::from_millis(1));
        assert_eq!(Samples::default().percentile(95), Duration::ZERO);
    }

    #[test]
    fn figures_have_four_digits() {
        assert_eq!(rounded(1234.5678), json!(1235.0));
        assert_eq!(rounded(0.001_234_56), json!(0.001_235));
        assert_eq!(rounded(0.0), json!(0.0));
    }
}
