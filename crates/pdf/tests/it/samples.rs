//! The documents that the tests look at.

use booqing_pdf::{
    About, Column, Document, Emphasis, Language, Level, Orientation, PdfError, Table, Tone, Width,
};
use jiff::Timestamp;

/// A moment, for every document the same.
pub(crate) fn moment() -> Timestamp {
    "2026-03-02T09:30:00Z".parse().unwrap()
}

/// A plain document with this title.
pub(crate) fn document(title: &str) -> Document {
    Document::new(About::new(title, moment())).unwrap()
}

/// All samples by name.
pub(crate) fn all() -> Vec<(&'static str, Vec<u8>)> {
    vec![
        ("dossier", dossier()),
        ("report", report(300)),
        ("long-table", long_table(400)),
        ("scripts", scripts()),
        ("empty-table", empty_table()),
        ("long-words", long_words()),
        ("bare", document("Niets dan een titel").finish().unwrap()),
        ("prose", prose()),
        ("code", code()),
    ]
}

fn amount(cents: i64) -> String {
    let (sign, cents) = if cents < 0 { ("−", -cents) } else { ("", cents) };
    let mut whole = (cents / 100).to_string();
    let mut at = whole.len();
    while at > 3 {
        at -= 3;
        whole.insert(at, '.');
    }
    format!("{sign}{whole},{:02}", cents % 100)
}

/// A code that is to be typed over.
pub(crate) fn code() -> Vec<u8> {
    let mut document = document("Herstelset");
    document.paragraph("Bewaar dit blad in een kluis.", Emphasis::Plain).unwrap();
    document.code(&CODE).unwrap();
    document.paragraph("Zeven groepen van vier tekens.", Emphasis::Plain).unwrap();
    document.finish().unwrap()
}

/// The groups of the code in the sample.
pub(crate) const CODE: [&str; 7] = ["0123", "4567", "89AB", "CDEF", "GHJK", "MNPQ", "RSRB"];

/// What a client might get to see of what is held about her.
pub(crate) fn dossier() -> Vec<u8> {
    let about = About {
        subtitle: "Anna de Vries-Jönsson · cliënt K-2041".to_owned(),
        author: "Praktijk Zonnehof B.V.".to_owned(),
        subject: "Alles wat over deze cliënt bewaard wordt".to_owned(),
        footer: "Praktijk Zonnehof B.V. · opgemaakt op 2 maart 2026".to_owned(),
        ..About::new("Cliëntdossier", moment())
    };
    let mut document = Document::new(about).unwrap();
    dossier_person(&mut document).unwrap();
    dossier_bookings(&mut document).unwrap();
    dossier_invoices(&mut document).unwrap();
    document.finish().unwrap()
}

fn dossier_person(document: &mut Document) -> Result<(), PdfError> {
    document
        .paragraph(
            "Dit dossier bevat alle gegevens die de praktijk over u bewaart, met bij elk onderdeel \
             waarom het bewaard wordt en tot wanneer. U kunt vragen om verbetering van wat niet \
             klopt en om wissen van wat niet langer nodig is.",
            Emphasis::Plain,
        )?
        .heading(Level::Section, "Persoonsgegevens")?
        .details(&[
            ("Naam", "Anna de Vries-Jönsson"),
            ("Adres", "Prinsengracht 263-H\n1016 GV Amsterdam"),
            ("Telefoon", "+31 6 1234 5678"),
            ("E-mailadres", "anna.devries@voorbeeld.nl"),
            ("Geboortedatum", "14 juli 1983"),
            ("Btw-nummer", "NL001234567B01"),
            (
                "Bijzonderheden",
                "Liever niet bellen vóór tien uur. Komt meestal met de fiets en \
              wil de herinnering per e-mail, twee dagen van tevoren.",
            ),
        ])?
        .note(
            "Bewaard tot en met 31 december 2033",
            "De naam en het adres staan op facturen en horen bij de administratie, die zeven jaar \
             bewaard moet worden (artikel 52 lid 4 AWR). Telefoon en e-mailadres worden gewist \
             zodra u geen cliënt meer bent.",
            Tone::Plain,
        )?;
    Ok(())
}

fn dossier_bookings(document: &mut Document) -> Result<(), PdfError> {
    document
        .heading(Level::Section, "Afspraken")?
        .paragraph("Afspraken van de laatste drie jaar, de nieuwste eerst.", Emphasis::Quiet)?;
    let table = Table::new([
        Column::short("Datum"),
        Column::short("Tijd"),
        Column::text("Behandeling", 1.0),
        Column::short("Staat"),
        Column::number("Bedrag"),
    ]);
    let kinds = [
        "Intake en behandelplan",
        "Sportmassage, 60 minuten",
        "Controle",
        "Manuele \
        therapie met nabespreking en oefeningen voor thuis, inclusief schriftelijk verslag",
    ];
    document.table(&table, |rows| {
        let mut sum = 0;
        for number in 0..64_i64 {
            let cents = 4_250 + number * 137 % 9_000;
            sum += cents;
            let kind = kinds[usize::try_from(number * 7 % 11 % 4).unwrap()];
            rows.row(&[
                format!("{:02}-{:02}-2025", number % 28 + 1, 12 - number % 12),
                format!("{:02}:{:02}", 9 + number % 8, number % 4 * 15),
                kind.to_owned(),
                if number % 9 == 4 { "vervallen" } else { "voltooid" }.to_owned(),
                amount(cents),
            ])?;
        }
        rows.total(&["Totaal", "", "64 afspraken", "", amount(sum).as_str()])
    })?;
    document.note(
        "Bewaard tot twee jaar na de afspraak",
        "Afspraken zonder factuur hebben geen wettelijke termijn. Ze worden twee jaar na de \
         afspraak gewist, tenzij u eerder om wissen vraagt.",
        Tone::Plain,
    )?;
    Ok(())
}

fn dossier_invoices(document: &mut Document) -> Result<(), PdfError> {
    document.heading(Level::Section, "Facturen en stukken")?;
    for year in [2025, 2024] {
        document.heading(Level::Part, &format!("Boekjaar {year}"))?;
        let table = Table::new([
            Column::short("Nummer"),
            Column::short("Datum"),
            Column::text("Omschrijving", 1.0),
            Column::number("Excl. btw"),
            Column::number("Btw"),
            Column::number("Totaal"),
        ]);
        let rows: Vec<Vec<String>> = (1..=14_i64)
            .map(|number| {
                let net = 8_000 + number * 2_113;
                vec![
                    format!("{year}-{number:04}"),
                    format!("{:02}-{:02}-{year}", number * 2, number % 12 + 1),
                    "Behandelingen en materiaal".to_owned(),
                    amount(net),
                    amount(net * 21 / 100),
                    amount(net + net * 21 / 100),
                ]
            })
            .collect();
        let total = ["Totaal", "", "", "3.338,65", "701,06", "4.039,71"].map(str::to_owned);
        document.table_of(&table, rows, [total.to_vec()])?;
    }
    document.note(
        "Let op: geblokkeerd wegens een lopend geschil",
        "Factuur 2024-0007 wordt niet gewist zolang het geschil loopt, ook als de termijn \
         verstrijkt.",
        Tone::Attention,
    )?;
    document.heading(Level::Detail, "Verantwoording")?.paragraph(
        "Dit overzicht is gemaakt uit de administratie zoals die op het genoemde moment was.",
        Emphasis::Quiet,
    )?;
    Ok(())
}

/// A report with a long table on its side.
pub(crate) fn report(count: usize) -> Vec<u8> {
    let about = About {
        subtitle: "Wat bewaard wordt en wanneer het vervalt".to_owned(),
        author: "Praktijk Zonnehof B.V.".to_owned(),
        language: Language::English,
        orientation: Orientation::Landscape,
        ..About::new("Retention report", moment())
    };
    let mut document = Document::new(about).unwrap();
    document.heading(Level::Section, "Records by term").unwrap();
    document.table(&report_table(), |rows| report_rows(rows, count)).unwrap();
    document.finish().unwrap()
}

/// The same table on upright pages, as the measurements want it.
pub(crate) fn long_table(count: usize) -> Vec<u8> {
    let mut document = document("Retention report");
    document.table(&report_table().compact(), |rows| report_rows(rows, count)).unwrap();
    document.finish().unwrap()
}

fn report_table() -> Table {
    Table::new([
        Column::short("Record"),
        Column::text("Description", 2.0),
        Column::text("Ground", 1.0),
        Column::short("Kept until"),
        Column::number("Amount"),
    ])
}

fn report_rows(rows: &mut booqing_pdf::Rows<'_>, count: usize) -> Result<(), PdfError> {
    let grounds = ["AWR 52(4)", "Wet OB 34a", "consent", "contract"];
    for number in 0..count {
        rows.row(&[
            format!("R-{number:06}"),
            format!("Invoice line {number} of client {}", number * 7919 % 1000),
            grounds[number % 4].to_owned(),
            format!("31-12-{}", 2027 + number % 9),
            amount(i64::try_from(number * 104_729 % 5_000_000).unwrap() - 40_000),
        ])?;
    }
    rows.total(&["Total", "", "", "", "1.234.567,89"])
}

/// The scripts of Europe.
pub(crate) fn scripts() -> Vec<u8> {
    let mut document = document("Schriften: Ελληνικά, Кириллица, Łódź");
    document.heading(Level::Section, "Žluťoučký kůň").unwrap();
    document
        .details(&[
            ("Polski", "Zażółć gęślą jaźń"),
            ("Čeština", "Příliš žluťoučký kůň úpěl ďábelské ódy"),
            ("Türkçe", "Pijamalı hasta yağız şoföre çabucak güvendi, İstanbul"),
            ("Ελληνικά", "Ξεσκεπάζω την ψυχοφθόρα βδελυγμία"),
            ("Русский", "Съешь же ещё этих мягких французских булок"),
            ("Українська", "Щастям б’єш жук їх глицю в фон й ґедзь пріч"),
            ("Íslenska", "Kæmi ný öxi hér ykist þjófum nú bæði víl og ádrepa"),
            ("Română", "Gheorghe, obezul, a reușit să obțină jucându-se țigara"),
            ("Decomposed", "Andre\u{301} Zo\u{308}e"),
        ])
        .unwrap();
    document.finish().unwrap()
}

/// A table without rows, and one that says so itself.
pub(crate) fn empty_table() -> Vec<u8> {
    let mut document = document("Leeg");
    let table = Table::new([Column::short("Datum"), Column::number("Bedrag")]);
    document.table::<PdfError>(&table, |_| Ok(())).unwrap();
    let table = table.or_else("Er zijn geen boekingen in dit jaar.");
    document.table::<PdfError>(&table, |_| Ok(())).unwrap();
    document.finish().unwrap()
}

/// Words longer than a line, and cells higher than a page.
pub(crate) fn long_words() -> Vec<u8> {
    let mut document = document(&"Titel".repeat(40));
    document.paragraph(&"onbreekbaar".repeat(60), Emphasis::Plain).unwrap();
    let columns = [
        Column::text("Wat", 1.0),
        Column { width: Width::Points(60.0), ..Column::number("Bedrag") },
    ];
    let long = "Een cel die hoger is dan een bladzijde. ".repeat(160);
    let rows = [[long.as_str(), "1,00"], ["x".repeat(300).leak(), "123.456.789.012.345.678,00"]];
    document.table_of(&Table::new(columns), rows, []).unwrap();
    document
        .note("Lang", &"Een noot die over de bladzijde loopt. ".repeat(200), Tone::Plain)
        .unwrap();
    document.details(&[("Label".repeat(20), "Een lange waarde. ".repeat(400))]).unwrap();
    document.finish().unwrap()
}

/// Running text over several pages, under headings of all levels.
pub(crate) fn prose() -> Vec<u8> {
    let mut document = document("Proza");
    for section in 1..=4 {
        document.heading(Level::Section, &format!("Afdeling {section}")).unwrap();
        for part in 1..=3 {
            document.heading(Level::Part, &format!("Deel {section}.{part}")).unwrap();
            document.heading(Level::Detail, "Toelichting").unwrap();
            let text = "De een zegt dit en de ander zegt dat, en wie het leest mag kiezen. ";
            document.paragraph(&text.repeat(9 + part), Emphasis::Plain).unwrap();
            document.paragraph("En dit is van belang.", Emphasis::Strong).unwrap();
        }
        document.space(30.0);
    }
    document.page_break().unwrap().paragraph("Slot.", Emphasis::Plain).unwrap();
    document.finish().unwrap()
}
