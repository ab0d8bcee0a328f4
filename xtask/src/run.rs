//! `cargo xtask run`: from a fresh clone to an open desk with a hub and demo data.
//!
//! Hub and desk live in `target/run` (`target/run-headless` without a display) and stay there: a second run opens what the first one made.

use std::fs;
use std::io::{BufRead, BufReader};
use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

use crate::shell::{self, Outcome, cargo, output, program, root, step};
use crate::{setup, ui};

/// Where the hub of this run listens, unless another program already does when the demo is made.
const USUAL_ADDRESS: &str = "127.0.0.1:18443";
const NAME: &str = "Administratiekantoor De Vaart";
/// What opens the demo desk where there is no keyring; there is nothing to protect in it.
const PASSPHRASE: &str = "voorbeeld voorbeeld";

pub(crate) fn run(arguments: &[String]) -> Outcome {
    let arguments: Vec<&String> = arguments.iter().filter(|argument| *argument != "--").collect();
    let address = if arguments.is_empty() { Some(address(&folder())?) } else { None };
    step("set-up", || setup::install(setup::Purpose::Run))?;
    step("interface", ui::build)?;
    step("build", || shell::run(&mut cargo(["build", "--quiet"])))?;
    let Some(address) = address else {
        // Somebody who names a home wants that one and nothing else.
        return step("desk", || shell::run(&mut program(&binary("smartbooqing-desk"), arguments)));
    };
    if setup::has_display() {
        with_display(&address)
    } else {
        step("desk, on a display without a screen", || headless(&address))
    }
}

/// Where the hub in `folder` listens. Chosen once, and written down there, because the desk
/// remembers it: the usual address, or a free one where another program has that.
///
/// # Errors
/// When another program listens where this hub did: told before anything is built.
fn address(folder: &Path) -> Outcome<String> {
    let written = folder.join("address");
    if let Ok(address) = fs::read_to_string(&written) {
        return TcpListener::bind(&address).map(|_| address.clone()).map_err(|error| {
            format!(
                "the hub cannot listen on {address}: {error}. Is `cargo xtask run` still open? \
                 End it, or remove {} to begin anew",
                folder.display()
            )
        });
    }
    let free = TcpListener::bind(USUAL_ADDRESS).or_else(|_| TcpListener::bind("127.0.0.1:0"));
    let address = free
        .and_then(|listener| listener.local_addr())
        .map_err(|error| format!("nothing can listen on this machine: {error}"))?
        .to_string();
    fs::create_dir_all(folder)
        .and_then(|()| fs::write(&written, &address))
        .map_err(|error| format!("{}: {error}", written.display()))?;
    Ok(address)
}

fn binary(name: &str) -> String {
    root().join("target/debug").join(name).to_string_lossy().into_owned()
}

/// Hub, desk and what opens it. A session without a display has a keyring of its own, so it has a
/// desk of its own too.
fn folder() -> PathBuf {
    let is_headless = !setup::has_display() || std::env::var_os(HEADLESS).is_some();
    root().join(if is_headless { "target/run-headless" } else { "target/run" })
}

/// Set in the session that [`headless`] makes, which has a display nobody sees.
const HEADLESS: &str = "BOOQING_RUN_HEADLESS";

/// A hub that ends with this program.
struct Hub(Child);

impl Drop for Hub {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

fn with_display(address: &str) -> Outcome {
    let _hub = start_hub(address)?;
    step("demo data", || prepare(address))?;
    step("desk", || {
        shell::run(&mut program(&binary("smartbooqing-desk"), ["--home", &text(&home())]))
    })
}

fn home() -> PathBuf {
    folder().join("desk")
}

fn text(path: &Path) -> String {
    path.to_string_lossy().into_owned()
}

/// Starts the hub and waits until it says that it listens.
fn start_hub(address: &str) -> Outcome<Hub> {
    let data = text(&folder().join("hub"));
    let arguments = ["serve", "--data", data.as_str(), "--listen", address];
    let mut child = program(&binary("booqing-hub"), arguments)
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .spawn()
        .map_err(|error| format!("the hub does not start: {error}"))?;
    let output = child.stdout.take();
    let hub = Hub(child);
    let mut line = String::new();
    output
        .and_then(|output| BufReader::new(output).read_line(&mut line).ok())
        .filter(|_| line.contains("listening"))
        .map(|_| hub)
        .ok_or_else(|| {
            format!("the hub does not listen on {address}; what it said about that stands above")
        })
}

/// Joins the desk and fills it, once.
#[expect(clippy::print_stdout, reason = "this is a command line")]
fn prepare(address: &str) -> Outcome {
    let passphrase = folder().join("passphrase");
    let stamp = folder().join("ready");
    if stamp.exists() {
        if passphrase.exists() {
            println!("The passphrase of the demo desk is: {PASSPHRASE}");
        }
        return Ok(());
    }
    // What an earlier attempt left half done is made anew.
    let _ = fs::remove_dir_all(home());
    let _ = fs::remove_file(&passphrase);
    let data = text(&folder().join("hub"));
    let create = ["administration", "create", NAME, "--address", address, "--data", data.as_str()];
    let invitation = output(&mut program(&binary("booqing-hub"), create))?;
    if let Err(reason) = output(&mut desk(&["join", invitation.trim(), "--name", "Demo"], None)) {
        // Without a keyring the invitation is not used up: what can fail before it does.
        println!("There is no keyring here, so a passphrase opens the demo desk: {PASSPHRASE}");
        fs::write(&passphrase, PASSPHRASE).map_err(|error| error.to_string())?;
        let join = ["join", invitation.trim(), "--name", "Demo"];
        output(&mut desk(&join, Some(&passphrase)))
            .map_err(|again| format!("{reason}\n{again}"))?;
    }
    let opens_by = Some(passphrase.as_path()).filter(|path| path.exists());
    shell::run(&mut desk(&["demo"], opens_by))?;
    shell::run(&mut desk(&["sync"], opens_by))?;
    fs::write(stamp, "").map_err(|error| error.to_string())
}

fn desk(arguments: &[&str], passphrase: Option<&Path>) -> Command {
    let mut command = program(&binary("booqing"), ["--home", &text(&home())]);
    if let Some(path) = passphrase {
        command.arg("--passphrase-file").arg(path);
    }
    command.args(arguments);
    command
}

/// The same where nobody can see it, with a keyring and a display of its own: waits until the
/// window stands, and takes a picture.
#[expect(clippy::print_stdout, reason = "this is a command line")]
fn headless(address: &str) -> Outcome {
    let picture = root().join("target").join("desk.png");
    let script = format!(
        "printf 'demo\\n' | gnome-keyring-daemon --unlock --components=secrets >/dev/null\n\
         for attempt in $(seq 300); do\n\
           dbus-send --session --print-reply --dest=org.freedesktop.DBus / \
             org.freedesktop.DBus.GetNameOwner string:org.freedesktop.secrets \
             >/dev/null 2>&1 && break\n\
           sleep 0.1\n\
         done\n\
         '{xtask}' run-headless-prepare {address} || exit 1\n\
         '{hub}' serve --data '{data}' --listen {address} >/dev/null & hub=$!\n\
         '{desk}' --home '{home}' & desk=$!\n\
         for attempt in $(seq 120); do\n\
           if xwininfo -root -tree | grep -q '\"Smartbooqing Desk\"'; then shown=1; break; fi\n\
           kill -0 $desk 2>/dev/null || break\n\
           sleep 0.25\n\
         done\n\
         sleep 4\n\
         import -window root '{picture}'\n\
         kill $desk $hub 2>/dev/null; wait $desk\n\
         [ \"$shown\" = 1 ]",
        xtask = text(&std::env::current_exe().unwrap_or_default()),
        hub = binary("booqing-hub"),
        desk = binary("smartbooqing-desk"),
        data = text(&folder().join("hub")),
        home = text(&home()),
        picture = picture.display()
    );
    shell::run(
        program("dbus-run-session", ["--", "xvfb-run", "--auto-servernum"])
            .args(["--server-args=-screen 0 1280x800x24", "sh", "-c", &script])
            // The keyring that holds the demo desk's key stays beside it.
            .env("XDG_DATA_HOME", folder().join("data"))
            .env(HEADLESS, "1"),
    )?;
    println!("The desk opened. There is no display here; see {}", picture.display());
    Ok(())
}

/// What [`headless`] does inside its own session, before the window opens.
pub(crate) fn prepare_headless(address: &str) -> Outcome {
    let _hub = start_hub(address)?;
    prepare(address)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_run_keeps_its_address_and_says_at_once_when_it_is_taken() {
        let folder = tempfile::tempdir().expect("a folder");
        let run = folder.path().join("run");
        let first = address(&run).expect("an address");
        assert_eq!(address(&run).expect("the same one"), first);
        let other = TcpListener::bind(&first).expect("a program that listens there");
        let refused = address(&run).expect_err("taken");
        assert!(refused.contains(&first) && refused.contains("begin anew"), "{refused}");
        // A clone beside it takes another one.
        let beside = address(&folder.path().join("beside")).expect("an address");
        assert_ne!(beside, first);
        drop(other);
        assert_eq!(address(&run).expect("free again"), first);
    }
}
