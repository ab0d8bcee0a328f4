//! An ordinary day in the real window: a client is entered, looked at, asked about and taken back; a
//! list is imported; bookings and the retention report are looked at; a conflict is settled.
//!
//! The interface's own tests use a desk in memory. Here every question crosses to the real one.

use fantoccini::Locator;

use crate::desktop::{Desktop, find, says};
use crate::office::Office;
use crate::page::{at, control, fill, focus_page, go, keys, painted, press, shows};

#[tokio::test(flavor = "multi_thread")]
async fn a_client_is_entered_asked_about_and_taken_back() {
    let desktop = Desktop::start("nl_NL.UTF-8");
    let office = Office::with_demo(&desktop);
    let window = desktop.open(&office.home).await;
    says(&window, "[data-testid='client-count']", "60").await;

    press(&window, "Nieuwe relatie").await;
    fill(&window, "Achternaam", "Żółtowska").await;
    fill(&window, "E-mail", "geen adres").await;
    press(&window, "Relatie opslaan").await;
    shows(&window, "Vul een adres in zoals naam@voorbeeld.nl.").await;
    fill(&window, "E-mail", "zofia@example.org").await;
    press(&window, "Relatie opslaan").await;
    says(&window, "h1", "Żółtowska").await;

    // Why a value is held, and the history of the record.
    find(&window, "button[aria-label*='E-mail']").await.click().await.expect("asked");
    shows(&window, "Bewaard om de relatie volgens de overeenkomst te bedienen").await;
    painted(&window).await;
    desktop.picture("why-light-nl");
    keys(&window, "\u{e00c}").await;
    press(&window, "Geschiedenis").await;
    shows(&window, "Gemaakt").await;

    // What the desk itself refuses comes back at the page, in its language.
    press(&window, "Gegevens").await;
    press(&window, "Bewerken").await;
    fill(&window, "Nummer", "C-0001").await;
    press(&window, "Opslaan").await;
    shows(&window, "is al van een andere relatie").await;
    press(&window, "Annuleren").await;

    go(&window, "clients").await;
    says(&window, "[data-testid='client-count']", "61").await;
    focus_page(&window).await;
    keys(&window, &control('z')).await;
    says(&window, "[data-testid='client-count']", "60").await;

    go(&window, "bookings").await;
    shows(&window, "boekingen").await;
    painted(&window).await;
    desktop.picture("bookings-light-nl");

    go(&window, "retention").await;
    shows(&window, "Gegevens in totaal").await;
    shows(&window, "AWR art. 52").await;
    painted(&window).await;
    desktop.picture("retention-light-nl");
    press(&window, "Opslaan als csv").await;
    shows(&window, "Opgeslagen als").await;
    window.close().await.expect("closed");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_list_is_imported_and_undone_in_one_step() {
    let desktop = Desktop::start("nl_NL.UTF-8");
    let office = Office::open(&desktop);
    let window = desktop.open(&office.home).await;
    shows(&window, "Er zijn nog geen relaties").await;
    let list = desktop.home("relaties.csv");
    let rows = "Voornaam;Achternaam;E-mail\r\nZoë;Müller;zoe@example.org\r\n\
                Jan;Bos;geen adres\r\nAnna;Smit;anna@example.org\r\n";
    std::fs::write(&list, rows).expect("a list");

    press(&window, "Importeren…").await;
    let input = window
        .wait()
        .for_element(Locator::Css("[data-testid='chosen-file']"))
        .await
        .expect("a field for the file");
    input.send_keys(&list.to_string_lossy()).await.expect("chosen");
    shows(&window, "is geen e-mailadres").await;
    painted(&window).await;
    desktop.picture("import-light-nl");
    press(&window, "Foute rijen bewaren").await;
    shows(&window, "relaties-rejected.csv").await;
    press(&window, "Alleen de goede rijen").await;
    press(&window, "2 relaties importeren").await;
    shows(&window, "2 relaties geïmporteerd").await;
    press(&window, "Sluiten").await;
    says(&window, "[data-testid='client-count']", "2").await;

    focus_page(&window).await;
    keys(&window, &control('z')).await;
    let question = "//*[@role='alertdialog']//button[normalize-space()='Ongedaan maken']";
    let undo = at(&window, question).await;
    painted(&window).await;
    desktop.picture("undo-question-light-nl");
    undo.click().await.expect("undone");
    shows(&window, "Er zijn nog geen relaties").await;
    window.close().await.expect("closed");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_conflict_is_shown_and_settled() {
    let desktop = Desktop::start("nl_NL.UTF-8");
    let office = Office::open(&desktop);
    desktop.booqing(&office.home, &["client", "add", "family_name=Berg", "phone=1"]);
    desktop.booqing(&office.home, &["sync"]);
    let other = desktop.home("other");
    desktop.booqing(&other, &["join", &office.invitation(&desktop), "--name", "Thuis"]);
    desktop.booqing(&other, &["sync"]);
    desktop.booqing(&other, &["client", "set", "C-0001", "phone=thuis"]);
    desktop.booqing(&office.home, &["client", "set", "C-0001", "phone=kantoor"]);
    desktop.booqing(&office.home, &["sync"]);
    desktop.booqing(&other, &["sync"]);

    let window = desktop.open(&office.home).await;
    says(&window, "[role='status']", "1 conflict om te beslissen").await;
    go(&window, "sync").await;
    shows(&window, "thuis").await;
    shows(&window, "kantoor").await;
    painted(&window).await;
    desktop.picture("conflict-light-nl");
    press(&window, "Andere versie houden").await;
    shows(&window, "Er valt niets te beslissen.").await;

    press(&window, "Andere werkplek uitnodigen").await;
    shows(&window, "Uitnodiging kopiëren").await;
    keys(&window, "\u{e00c}").await;
    press(&window, "Nu synchroniseren").await;
    says(&window, "[role='status']", "gesynchroniseerd").await;
    window.close().await.expect("closed");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_desk_with_a_passphrase_opens_with_it_and_with_no_other() {
    let desktop = Desktop::start("nl_NL.UTF-8");
    let office = Office::open(&desktop);
    let (home, file) = (desktop.home("laptop"), desktop.home("wachtzin"));
    std::fs::write(&file, "vijf woorden voor deze laptop\n").expect("a passphrase");
    let file = file.to_string_lossy().into_owned();
    let invitation = office.invitation(&desktop);
    desktop.booqing(&home, &["--passphrase-file", &file, "join", &invitation]);

    let window = desktop.open(&home).await;
    shows(&window, "Deze werkplek openen").await;
    fill(&window, "Wachtzin", "vier woorden voor morgen").await;
    press(&window, "Werkplek openen").await;
    shows(&window, "De wachtzin klopt niet.").await;
    painted(&window).await;
    desktop.picture("unlock-light-nl");
    fill(&window, "Wachtzin", "vijf woorden voor deze laptop").await;
    press(&window, "Werkplek openen").await;
    shows(&window, "Er zijn nog geen relaties").await;
    window.close().await.expect("closed");
}
