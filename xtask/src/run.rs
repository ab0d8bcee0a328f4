//! `cargo xtask run`: from a fresh clone to an open desk.

use crate::shell::{self, Outcome, cargo, program, root, step};
use crate::{setup, ui};

pub(crate) fn run(arguments: &[String]) -> Outcome {
    step("set-up", || setup::install(setup::Purpose::Run))?;
    step("interface", ui::build)?;
    step("build", || shell::run(&mut cargo(["build", "--quiet"])))?;
    let arguments = arguments.iter().filter(|argument| *argument != "--");
    let desk = root().join("target/debug/smartbooqing-desk");
    if setup::has_display() {
        step("desk", || shell::run(&mut program(&desk.to_string_lossy(), arguments)))
    } else {
        step("desk, on a display without a screen", || headless(&desk.to_string_lossy()))
    }
}

/// Opens the desk where nobody can see it, waits until its window stands, and takes a picture.
#[expect(clippy::print_stdout, reason = "this is a command line")]
fn headless(desk: &str) -> Outcome {
    let picture = root().join("target").join("desk.png");
    let script = format!(
        "'{desk}' --home \"$HOME_FOLDER\" & desk=$!\n\
         for attempt in $(seq 120); do\n\
           if xwininfo -root -tree | grep -q '\"Smartbooqing Desk\"'; then shown=1; break; fi\n\
           kill -0 $desk 2>/dev/null || break\n\
           sleep 0.25\n\
         done\n\
         sleep 2\n\
         import -window root '{picture}'\n\
         kill $desk 2>/dev/null; wait $desk\n\
         [ \"$shown\" = 1 ]",
        picture = picture.display()
    );
    let home = root().join("target").join("headless-home");
    shell::run(
        program("dbus-run-session", ["--", "xvfb-run", "--auto-servernum"])
            .args(["--server-args=-screen 0 1280x800x24", "sh", "-c", &script])
            .env("HOME_FOLDER", home),
    )?;
    println!("The desk opened. There is no display here; see {}", picture.display());
    Ok(())
}
