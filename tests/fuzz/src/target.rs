//! Which target of a binary runs, and which panics are findings.

use std::cell::RefCell;
use std::panic::{AssertUnwindSafe, PanicHookInfo, catch_unwind, set_hook};
use std::process::{abort, exit};
use std::sync::OnceLock;

/// What is done with each input; a panic is a finding.
#[derive(Clone, Copy)]
pub struct Target {
    /// Name, also of its folder of seeds.
    pub name: &'static str,
    /// Reads an input and checks what comes of it.
    pub run: fn(&[u8]),
}

static CHOSEN: OnceLock<Target> = OnceLock::new();

thread_local! {
    static LAST_PANIC: RefCell<String> = const { RefCell::new(String::new()) };
}

/// Takes the target that the argument `--target=NAME` names, which libFuzzer leaves alone.
pub fn choose(targets: &[Target]) {
    let name = std::env::args().find_map(|argument| argument.strip_prefix("--target=").map(str::to_owned));
    let found = targets.iter().find(|target| Some(target.name) == name.as_deref());
    let Some(target) = found else {
        let names: Vec<&str> = targets.iter().map(|target| target.name).collect();
        eprintln!("name a target with --target=NAME; there are {}", names.join(", "));
        exit(2);
    };
    let _first = CHOSEN.set(*target);
}

/// Runs the chosen target; ends the process where a panic is a finding.
pub fn run(bytes: &[u8]) {
    static HOOKED: OnceLock<()> = OnceLock::new();
    // In place of the hook of `libfuzzer-sys`, for which every panic is a finding.
    HOOKED.get_or_init(|| set_hook(Box::new(note)));
    let Some(target) = CHOSEN.get() else { return };
    if catch_unwind(AssertUnwindSafe(|| (target.run)(bytes))).is_err() {
        LAST_PANIC.with_borrow(|panic| eprintln!("{panic}"));
        abort();
    }
}

/// Remembers a panic. The readers of documents catch those of the parsers that they call, and refuse the document; one
/// of their own code would be hidden by that, and is a finding at once.
fn note(panic: &PanicHookInfo<'_>) {
    let is_ours = panic.location().is_some_and(|location| location.file().contains("crates/ragstone-"));
    if is_ours {
        eprintln!("{panic}\n{}", std::backtrace::Backtrace::force_capture());
        abort();
    }
    LAST_PANIC.set(panic.to_string());
}
