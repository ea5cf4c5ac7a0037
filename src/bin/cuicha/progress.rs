//! A line on standard error that tells how far a scan is: on a terminal only, never in a pipe.

use std::io::{self, IsTerminal};
use std::path::Path;
use std::time::Duration;

use cuicha::model::messages::Voice;
use cuicha::pipeline::Job;
use indicatif::{ProgressBar, ProgressState, ProgressStyle};

/// Cells of the bar.
const WIDTH: usize = 20;
/// Between two looks.
const TICK: Duration = Duration::from_millis(200);

/// The line; nothing where nobody would see it.
pub struct Progress(Option<ProgressBar>);

impl Progress {
    /// Starts to tell of a job.
    pub fn start(job: &Job, voice: Voice<'_>, wanted: bool) -> Progress {
        if !wanted || !io::stderr().is_terminal() || std::env::var_os("TERM").is_some_and(|t| t == "dumb") {
            return Progress(None);
        }
        let (total, meter, words) = (size(job), job.meter.clone(), voice.say("progress"));
        let left = voice.say("progress.left");
        let line = move |state: &ProgressState, out: &mut dyn std::fmt::Write| {
            let (read, calls) = (meter.bytes(), meter.calls());
            let seconds = state.elapsed().as_secs_f64().max(0.001);
            let rate = [
                calls.to_string(),
                format!("{:.0}", calls as f64 / seconds),
                format!("{:.1}", read as f64 / 1e6 / seconds),
            ];
            let mut told = words.clone();
            for value in rate {
                told = told.replacen("{}", &value, 1);
            }
            let _ = out.write_str(&bar(read, total));
            let _ = out.write_str(&told);
            if let Some(total) = total.filter(|_| read > 0) {
                let rest = total.saturating_sub(read) as f64 / (read as f64 / seconds);
                let _ = out.write_str(&left.replacen("{}", &clock(rest), 1));
            }
        };
        let style = ProgressStyle::with_template("{line}");
        let Ok(style) = style else { return Progress(None) };
        let shown = ProgressBar::new_spinner();
        shown.set_style(style.with_key("line", line));
        shown.tick();
        shown.enable_steady_tick(TICK);
        Progress(Some(shown))
    }

    /// Does something that writes to the same terminal.
    pub fn aside<T>(&self, writes: bool, act: impl FnOnce() -> T) -> T {
        match &self.0 {
            Some(shown) if writes => shown.suspend(act),
            _ => act(),
        }
    }

    /// Takes the line away.
    pub fn end(&self) {
        if let Some(shown) = &self.0 {
            shown.finish_and_clear();
        }
    }
}

/// How full the bar is; empty where the end is not known.
fn bar(read: u64, total: Option<u64>) -> String {
    let Some(total) = total.filter(|t| *t > 0) else { return String::new() };
    let share = (read as f64 / total as f64).min(1.0);
    let full = (share * WIDTH as f64) as usize;
    format!("[{}{}] {:>3.0} %  ", "#".repeat(full), "-".repeat(WIDTH - full), share * 100.0)
}

fn clock(seconds: f64) -> String {
    let all = seconds.min(359_999.0) as u64;
    let (hours, minutes, seconds) = (all / 3600, all / 60 % 60, all % 60);
    if hours > 0 { format!("{hours}:{minutes:02}:{seconds:02}") } else { format!("{minutes}:{seconds:02}") }
}

/// Bytes of all input, as far as the files tell; nothing where some come from a pipe.
fn size(job: &Job) -> Option<u64> {
    let mut all = 0;
    for path in job.paths.iter().chain(&job.logs) {
        all += if path.as_os_str() == "-" { None } else { size_of(path) }?;
    }
    Some(all)
}

fn size_of(path: &Path) -> Option<u64> {
    let about = std::fs::metadata(path).ok()?;
    if about.is_file() {
        return Some(about.len());
    }
    let entries = std::fs::read_dir(path).ok()?.filter_map(Result::ok);
    let visible = entries.filter(|e| !e.file_name().to_string_lossy().starts_with('.'));
    // Links are not followed here: they might lead round in a circle. The bar is then only a guess.
    Some(
        visible
            .filter(|e| e.file_type().is_ok_and(|t| !t.is_symlink()))
            .filter_map(|e| size_of(&e.path()))
            .sum(),
    )
}
