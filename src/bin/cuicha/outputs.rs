//! Where the reports of one scan go: standard output and files, each file whole or not at all.

use std::fs::{self, File, OpenOptions};
use std::io::{self, BufWriter, ErrorKind, IsTerminal, StdoutLock, Write};
use std::path::{Path, PathBuf};

use cuicha::model::error::Error;
use cuicha::model::scan::{CallOutcome, Conclusion};
use cuicha::pipeline::{self, Job};
use cuicha::report::{About, REPORTERS, Reporter};
use tempfile::NamedTempFile;

use crate::inputs::{Inputs, overwritten, same_file};
use crate::whole;

/// Bytes that are gathered before they are written.
const BUFFER: usize = 1 << 16;

/// Where one report is written to.
enum Sink {
    /// Standard output.
    Standard(BufWriter<StdoutLock<'static>>),
    /// A file beside its target, which it replaces at the end.
    Beside(BufWriter<NamedTempFile>),
    /// A device or a named pipe, which cannot be replaced.
    Straight(BufWriter<File>),
}

impl Sink {
    fn writer(&mut self) -> &mut dyn Write {
        match self {
            Sink::Standard(out) => out,
            Sink::Beside(out) => out,
            Sink::Straight(out) => out,
        }
    }
}

/// One report under way.
struct Output {
    reporter: Box<dyn Reporter>,
    sink: Sink,
    /// The target, links followed; for messages only when it is standard output.
    path: PathBuf,
    /// Nobody reads it any more.
    closed: bool,
}

impl Output {
    fn fail(&self, source: io::Error) -> Error {
        Error::Write { path: self.path.clone(), source }
    }
}

/// All reports of a scan.
pub struct Outputs(Vec<Output>);

/// What is told to the reports of a terminal, and to those in files.
#[derive(Clone, Copy)]
pub struct Pages<'a> {
    /// Standard output.
    pub standard: About<'a>,
    /// Files.
    pub file: About<'a>,
}

impl Outputs {
    /// Opens everything that is to be written: a target that is an input, is named twice or cannot be written is refused here,
    /// before any work.
    ///
    /// # Errors
    /// When a target is refused.
    pub fn open(wanted: &[(usize, Option<PathBuf>)], job: &Job, inputs: &Inputs) -> Result<Outputs, Error> {
        let mut all: Vec<Output> = Vec::new();
        for (format, path) in wanted {
            let path = path.as_deref().map(resolved);
            if let Some(path) = &path {
                refuse(path, job, inputs)?;
                if all.iter().any(|o| o.path == *path) && !special(path) {
                    return Err(Error::Usage(format!("{}: two reports for one file", path.display())));
                }
            }
            let form = &REPORTERS[*format];
            if path.is_none() && form.binary() && io::stdout().is_terminal() {
                let name = form.name;
                return Err(Error::Usage(format!(
                    "{name} is nothing for a terminal: write it to a file with --output FILE"
                )));
            }
            let sink = match &path {
                None => Sink::Standard(BufWriter::with_capacity(BUFFER, io::stdout().lock())),
                Some(path) => sink(path).map_err(|source| Error::Write { path: path.clone(), source })?,
            };
            let reporter = (form.make)();
            let path = path.unwrap_or_else(|| PathBuf::from("<stdout>"));
            all.push(Output { reporter, sink, path, closed: false });
        }
        Ok(Outputs(all))
    }

    /// Tells every report of a call.
    ///
    /// # Errors
    /// When one cannot be written.
    pub fn call(&mut self, pages: &Pages<'_>, outcome: &CallOutcome) -> Result<(), Error> {
        self.each(pages, &mut |reporter, about, out| reporter.call(about, outcome, out))
    }

    /// Ends every report and puts the files in their places.
    ///
    /// # Errors
    /// When one cannot be written; no file that was not in its place by then gets there.
    pub fn finish(mut self, pages: &Pages<'_>, conclusion: &Conclusion) -> Result<(), Error> {
        self.each(pages, &mut |reporter, about, out| {
            reporter.finish(about, conclusion, &mut *out)?;
            out.flush()
        })?;
        for output in &mut self.0 {
            if let Sink::Beside(out) = &mut output.sink {
                let file = out.get_ref().as_file();
                let done = readable(file).and_then(|()| file.sync_all());
                done.map_err(|source| Error::Write { path: output.path.clone(), source })?;
            }
        }
        for Output { sink, path, .. } in self.0 {
            if let Sink::Beside(out) = sink {
                let file = out.into_inner().map_err(io::IntoInnerError::into_error);
                let moved = file.and_then(|file| file.persist(&path).map_err(|e| e.error));
                moved.map_err(|source| Error::Write { path, source })?;
            }
        }
        Ok(())
    }

    /// A reader of standard output who left does not keep the files from being written.
    fn each(&mut self, pages: &Pages<'_>, act: &mut Act<'_>) -> Result<(), Error> {
        let alone = self.0.len() == 1;
        for output in self.0.iter_mut().filter(|o| !o.closed) {
            let standard = matches!(output.sink, Sink::Standard(_));
            let about = if standard { &pages.standard } else { &pages.file };
            if let Err(e) = act(&mut *output.reporter, about, output.sink.writer()) {
                if alone || !standard || e.kind() != ErrorKind::BrokenPipe {
                    return Err(output.fail(e));
                }
                output.closed = true;
            }
        }
        Ok(())
    }
}

/// What is done with a report.
type Act<'a> = dyn FnMut(&mut dyn Reporter, &About<'_>, &mut dyn Write) -> io::Result<()> + 'a;

/// The file that is meant, links followed; it need not exist yet.
fn resolved(path: &Path) -> PathBuf {
    let folder = path.parent().filter(|p| !p.as_os_str().is_empty()).unwrap_or(Path::new("."));
    path.canonicalize().unwrap_or_else(|_| match (folder.canonicalize(), path.file_name()) {
        (Ok(folder), Some(name)) => folder.join(name),
        _ => path.to_owned(),
    })
}

/// Whether this is a device or a pipe.
fn special(path: &Path) -> bool {
    fs::metadata(path).is_ok_and(|m| !m.is_file() && !m.is_dir())
}

fn sink(path: &Path) -> io::Result<Sink> {
    if special(path) {
        return Ok(Sink::Straight(BufWriter::with_capacity(
            BUFFER,
            OpenOptions::new().write(true).open(path)?,
        )));
    }
    match fs::metadata(path) {
        Ok(m) if m.is_dir() => return Err(ErrorKind::IsADirectory.into()),
        Ok(m) if m.permissions().readonly() => return Err(ErrorKind::PermissionDenied.into()),
        _ => {}
    }
    Ok(Sink::Beside(BufWriter::with_capacity(BUFFER, whole::beside(path)?)))
}

/// A temporary file is private; a report is not, as far as the user's mask allows.
#[cfg(unix)]
fn readable(file: &File) -> io::Result<()> {
    use std::os::unix::fs::PermissionsExt;
    file.set_permissions(fs::Permissions::from_mode(0o640))
}

#[cfg(not(unix))]
fn readable(_: &File) -> io::Result<()> {
    Ok(())
}

fn refuse(path: &Path, job: &Job, inputs: &Inputs) -> Result<(), Error> {
    let own = job.history.iter().flat_map(|h| [h.path.clone(), h.key_file()]);
    if own.into_iter().any(|file| same_file(&file, path)) {
        let text = format!("{}: belongs to the ledger, it would be overwritten", path.display());
        return Err(Error::Usage(text));
    }
    if pipeline::reads(job, path) { Err(overwritten(path)) } else { inputs.refuse(path) }
}
