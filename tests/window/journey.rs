//! The main job in the real window: first start, join, search, edit, sync to a second desk, print.

use crate::desktop::{Desktop, find, says};
use crate::office::Office;
use crate::page::{at, control, fill, focus_page, go, keys, painted, press, shows};

#[path = "../../crates/cli/tests/support/cups.rs"]
mod cups;

#[tokio::test(flavor = "multi_thread")]
async fn from_the_first_start_to_a_client_on_two_desks() {
    let desktop = Desktop::start("nl_NL.UTF-8");
    let office = Office::with_demo(&desktop);
    let home = desktop.home("desk");
    let window = desktop.open(&home).await;

    // First start: something that is no invitation is said to be none, at the field.
    shows(&window, "Uitnodiging").await;
    painted(&window).await;
    desktop.picture("join-light-nl");
    fill(&window, "Uitnodiging", "hallo").await;
    fill(&window, "Naam van deze werkplek", "Balie").await;
    press(&window, "Aansluiten").await;
    shows(&window, "Dit is geen uitnodiging").await;

    // Joining, and the first sync.
    fill(&window, "Uitnodiging", &office.invitation(&desktop)).await;
    press(&window, "Aansluiten").await;
    shows(&window, "60 relaties").await;
    painted(&window).await;
    desktop.picture("first-sync-light-nl");
    press(&window, "Naar Relaties").await;
    says(&window, "[data-testid='client-count']", "60").await;
    painted(&window).await;
    desktop.picture("clients-light-nl");

    // Search over everything, and from there to the dossier.
    let first = desktop.booqing(&office.home, &["client", "list", "--limit", "1"]).remove(0);
    let (number, name) = (text(&first, "number"), text(&first, "name"));
    focus_page(&window).await;
    keys(&window, &control('k')).await;
    find(&window, "[role='combobox']").await.send_keys(&number).await.expect("typed");
    at(&window, &format!("//*[@role='option'][contains(., \"{name}\")]")).await;
    painted(&window).await;
    desktop.picture("search-light-nl");
    keys(&window, "\u{e007}").await;
    says(&window, "h1", &name).await;
    painted(&window).await;
    desktop.picture("dossier-light-nl");

    // An edit here is at the other desk after its sync.
    press(&window, "Bewerken").await;
    fill(&window, "Telefoon", "030 000 12 34").await;
    press(&window, "Opslaan").await;
    shows(&window, "030 000 12 34").await;
    office.client_gets(&desktop, &number, "phone", "030 000 12 34");
    says(&window, "[role='status']", "gesynchroniseerd").await;

    // An edit there shows here by itself: the hub tells.
    desktop.booqing(&office.home, &["client", "set", &number, "website=https://nieuw.example"]);
    desktop.booqing(&office.home, &["sync"]);
    shows(&window, "https://nieuw.example").await;
    window.close().await.expect("closed");
}

#[tokio::test(flavor = "multi_thread")]
async fn everything_goes_on_without_the_hub_and_is_sent_when_it_is_back() {
    let desktop = Desktop::start("nl_NL.UTF-8");
    let mut office = Office::open(&desktop);
    desktop.booqing(&office.home, &["client", "add", "family_name=Berg", "given_name=Anna"]);
    office.close_hub();
    let window = desktop.open(&office.home).await;
    says(&window, "[data-testid='client-count']", "1").await;
    shows(&window, "Offline; 3 wijzigingen").await;
    painted(&window).await;
    desktop.picture("offline-light-nl");
    go(&window, "sync").await;
    shows(&window, "Anna Berg").await;
    window.close().await.expect("closed");
}

/// Two desks give away one room while they do not hear of each other; the one that was too late is moved.
#[tokio::test(flavor = "multi_thread")]
async fn a_double_booking_is_shown_and_moved() {
    let desktop = Desktop::start("nl_NL.UTF-8");
    let office = Office::open(&desktop);
    let at_office = |arguments: &[&str]| desktop.booqing(&office.home, arguments);
    at_office(&["resource", "add", "name=Kamer 1", "exclusive=yes"]);
    at_office(&["sync"]);
    let home = desktop.home("desk");
    desktop.booqing(&home, &["join", &office.invitation(&desktop), "--name", "Laptop"]);
    desktop.booqing(&home, &["sync"]);
    let booking = ["booking", "add", "resource=Kamer 1", "title=Intake"];
    at_office(&[&booking[..], &["starts=2026-12-01T10:00"]].concat());
    at_office(&["sync"]);
    desktop.booqing(&home, &[&booking[..], &["starts=2026-12-01T10:30"]].concat());

    let window = desktop.open(&home).await;
    shows(&window, "1 dubbele boeking").await;
    go(&window, "sync").await;
    shows(&window, "De plaats ging naar B-00001").await;
    painted(&window).await;
    desktop.picture("clash-light-nl");
    press(&window, "Boeking verplaatsen").await;
    fill(&window, "Begint om", "10:45").await;
    press_in_dialog(&window, "Boeking verplaatsen").await;
    shows(&window, "is niet vrij: Kamer 1 heeft boeking B-00001").await;
    painted(&window).await;
    desktop.picture("clash-not-free-light-nl");
    fill(&window, "Begint om", "11:00").await;
    press_in_dialog(&window, "Boeking verplaatsen").await;
    shows(&window, "verplaatst").await;
    office.lists_nothing(&desktop, &["booking", "clashes"]);
    window.close().await.expect("closed");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_dossier_is_saved_and_printed() {
    let cups = cups::Cups::start();
    let desktop = Desktop::start_with("nl_NL.UTF-8", &[("CUPS_SERVER", cups.server())]);
    let office = Office::with_demo(&desktop);
    let first = desktop.booqing(&office.home, &["client", "list", "--limit", "1"]).remove(0);
    let window = desktop.open(&office.home).await;
    says(&window, "[data-testid='client-count']", "60").await;
    window.goto(&format!("tauri://localhost/#/clients/{}", text(&first, "id"))).await.ok();
    says(&window, "h1", &text(&first, "name")).await;

    press(&window, "Afdrukken…").await;
    let printer = "//*[@role='dialog']//option[contains(., 'Kantoorprinter')]";
    at(&window, printer).await;
    painted(&window).await;
    desktop.picture("print-light-nl");
    press_in_dialog(&window, "Afdrukken").await;
    // What was printed is gone when this CUPS ends.
    let read = move || std::fs::read(cups.printed()).expect("what was printed");
    let printed = tokio::task::spawn_blocking(read).await.expect("read");
    assert!(printed.starts_with(b"%PDF"), "what was printed is the PDF");

    press(&window, "Opslaan als pdf").await;
    let name = format!("dossier-{}.pdf", text(&first, "number"));
    shows(&window, &name).await;
    let saved = std::fs::read(desktop.home(&name)).expect("the file is where it says");
    assert!(saved.starts_with(b"%PDF-1.7"));
    window.close().await.expect("closed");
}

fn text(value: &serde_json::Value, name: &str) -> String {
    value[name].as_str().expect("a text").to_owned()
}

async fn press_in_dialog(window: &fantoccini::Client, label: &str) {
    let button = format!("//*[@role='dialog']//button[normalize-space()='{label}']");
    at(window, &button).await.click().await.expect("pressed");
}
