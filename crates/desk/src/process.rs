//! What a process that holds keys and personal data keeps to itself.

use std::io::Write;
use std::panic::{self, PanicHookInfo};

/// Called before anything else: no core dump is written, no other process of the same person reads this one's
/// memory or follows it, new files are their owner's alone, and a panic says where it happened and not
/// with what values.
///
/// What a system does not offer is left out: nobody is kept from working by it. Whoever is root, and swap that is
/// not encrypted, are not kept out (`security.md` 3.7).
pub fn keep_to_itself() {
    panic::set_hook(Box::new(|panicked| {
        // Where nobody can be told, nobody is.
        let _ = writeln!(std::io::stderr(), "{}", sentence(panicked));
    }));
    #[cfg(unix)]
    close();
}

/// Where it went wrong. What was at hand there may be a name or a key.
fn sentence(panicked: &PanicHookInfo<'_>) -> String {
    let place = panicked.location().map_or_else(
        || "an unknown place".to_owned(),
        |place| format!("{}:{}:{}", place.file(), place.line(), place.column()),
    );
    format!("Internal error at {place}. What was saved is safe; please report this place.")
}

#[cfg(unix)]
fn close() {
    use rustix::fs::Mode;
    use rustix::process::{Resource, Rlimit, setrlimit, umask};
    // The hard limit too: nothing that is started from here raises it again.
    let none = Rlimit { current: Some(0), maximum: Some(0) };
    let _ = setrlimit(Resource::Core, none);
    umask(Mode::RWXG | Mode::RWXO);
    #[cfg(target_os = "linux")]
    {
        use rustix::process::{DumpableBehavior, set_dumpable_behavior};
        let _ = set_dumpable_behavior(DumpableBehavior::NotDumpable);
    }
}

#[cfg(test)]
mod tests {
    use std::process::Command;

    use super::*;

    /// A hook is the whole process's: the test starts itself once more.
    #[test]
    fn a_panic_says_where_and_not_with_what() {
        if std::env::var_os("BOOQING_TEST_PANICS").is_some() {
            keep_to_itself();
            panic!("Anna Jansen");
        }
        let name = "process::tests::a_panic_says_where_and_not_with_what";
        let output = Command::new(std::env::current_exe().expect("this program"))
            .args(["--exact", name, "--nocapture"])
            .env("BOOQING_TEST_PANICS", "1")
            .env("RUST_BACKTRACE", "full")
            .output()
            .expect("ran");
        assert!(!output.status.success());
        let said = String::from_utf8_lossy(&output.stderr);
        assert!(said.contains("Internal error at") && said.contains("process.rs"), "{said}");
        let all = format!("{said}{}", String::from_utf8_lossy(&output.stdout));
        assert!(!all.contains("Jansen"), "{all}");
    }
}
