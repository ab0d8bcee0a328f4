//! A recovery kit in the real window: made, read back from the sheet, and the only thing that opens the desk.

use std::path::Path;
use std::process::Command;

use crate::desktop::{Desktop, says};
use crate::office::Office;
use crate::page::{at, fill, go, keys, painted, press, shows};

/// The groups of the code on a sheet, as poppler reads them: in the order in which they were written, and not
/// as columns.
fn groups(sheet: &Path) -> Vec<String> {
    let output = Command::new("pdftotext").arg("-raw").arg(sheet).arg("-").output();
    let text = String::from_utf8(output.expect("poppler-utils is installed").stdout).expect("text");
    let is_group = |word: &&str| {
        word.len() == 4 && word.chars().all(|c| c.is_ascii_uppercase() || c.is_ascii_digit())
    };
    let code = text.split("Zeven groepen").next().unwrap_or_default();
    let groups: Vec<String> = code.split_whitespace().filter(is_group).map(str::to_owned).collect();
    assert_eq!(groups.len(), 7, "{text}");
    groups
}

#[tokio::test(flavor = "multi_thread")]
async fn a_recovery_kit_opens_a_desk_that_has_nothing_else() {
    let desktop = Desktop::start("nl_NL.UTF-8");
    let office = Office::open(&desktop);
    desktop.booqing(&office.home, &["client", "add", "family_name=Berg", "given_name=Anna"]);
    let window = desktop.open(&office.home).await;
    shows(&window, "Eén verlies en deze werkplek blijft voorgoed dicht.").await;
    painted(&window).await;
    desktop.picture("unsafe-light-nl");

    go(&window, "settings").await;
    at(&window, "//section//button[normalize-space()='Herstelset maken']")
        .await
        .click()
        .await
        .expect("pressed");
    press(&window, "Blad maken").await;
    press(&window, "Bewaren als PDF").await;
    shows(&window, "herstelset.pdf. Vernietig het bestand").await;
    painted(&window).await;
    desktop.picture("kit-sheet-light-nl");
    let groups = groups(&desktop.home("herstelset.pdf"));

    press(&window, "Blad controleren").await;
    let asked = "return [...document.querySelectorAll('#kit-check label')].map((l) => l.innerText)";
    shows(&window, "teken van groep").await;
    let asked = window.execute(asked, Vec::new()).await.expect("what is asked");
    let labels: Vec<String> = serde_json::from_value(asked).expect("three labels");
    assert_eq!(labels.len(), 3, "{labels:?}");
    for label in &labels {
        let label = label.trim();
        let group: usize = label.rsplit(' ').next().and_then(|n| n.parse().ok()).expect("a group");
        let place = ["Eerste", "Tweede", "Derde", "Vierde"]
            .iter()
            .position(|ordinal| label.starts_with(ordinal))
            .expect("a place");
        fill(&window, label, &groups[group - 1][place..=place]).await;
    }
    painted(&window).await;
    desktop.picture("kit-check-light-nl");
    press(&window, "In gebruik nemen").await;
    shows(&window, "De herstelset opent deze werkplek.").await;

    // Now the keyring goes, and with it everything else that opened the desk.
    at(&window, "//button[@aria-label='Verwijderen: Sleutelbos van deze computer']")
        .await
        .click()
        .await
        .expect("pressed");
    press(&window, "Toegang verwijderen").await;
    shows(&window, "De toegang is verwijderd.").await;
    window.close().await.expect("closed");

    let window = desktop.open(&office.home).await;
    shows(&window, "Tekens op de herstelset").await;
    painted(&window).await;
    desktop.picture("recover-light-nl");
    let code = groups.join(" ").to_lowercase();
    let misread = format!("{}{}", if code.starts_with('7') { "8" } else { "7" }, &code[1..]);
    fill(&window, "Tekens op de herstelset", &misread).await;
    keys(&window, "\u{e007}").await;
    shows(&window, "Een van de tekens is anders dan op het blad.").await;
    fill(&window, "Tekens op de herstelset", &code).await;
    keys(&window, "\u{e007}").await;
    says(&window, "[data-testid='client-count']", "1").await;
    window.close().await.expect("closed");
}
