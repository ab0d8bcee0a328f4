use serde_json::json;

use super::*;
use crate::testing::reading::Read;
use crate::testing::{TestDesk, accepted_by_verapdf, desk, id};

fn now() -> Timestamp {
    "2026-11-25T12:00:00Z".parse().expect("a moment")
}

/// A client with something of everything, and a booking of somebody else that the client takes
/// part in.
fn office() -> TestDesk {
    let desk = desk();
    let anna =
        desk.client(&["given_name=Anna", "family_name=Berg", "phone=06 1", "note=Belt graag"]);
    desk.client(&["company_name=Zonnebloem B.V."]);
    let add = |values: &[&str]| {
        desk.add_booking(&desk.values("booking", values)).expect("a booking");
    };
    add(&["client=C-0001", "starts=2024-03-01T10:00", "title=Intake", "note=Rolstoel"]);
    let taking_part = format!(
        r#"participants=[{{"key":"{}","client":"{}","name":"Anna Berg","wishes":"vegan"}},
            {{"key":"{}","name":"Kees","wishes":"halal"}}]"#,
        id(90),
        anna.id,
        id(91)
    );
    let note = "note=Betaalt slecht";
    add(&["client=C-0002", "starts=2025-03-01T10:00", "title=Training", note, &taking_part]);
    let amounts = json!({"net": 10_000, "vat": 2_100, "gross": 12_100, "currency": "EUR"});
    let mut invoice = json!({"state": "issued", "fiscal_year": 2018, "kind": "invoice",
        "number": "2018-0001", "document_date": "2018-05-01", "client": anna.id});
    invoice.as_object_mut().expect("a map").extend(amounts.as_object().expect("a map").clone());
    desk.put("document", id(60), invoice);
    desk.put(
        "consent",
        id(61),
        json!({"client": anna.id, "purpose": "Nieuwsbrief",
        "kind": "opt_in", "given_at": 1_700_000_000, "text_version": "1", "channel": "formulier"}),
    );
    desk.put(
        "disclosure",
        id(62),
        json!({"client": anna.id, "at": 1_700_000_000,
        "recipient": "Belastingdienst", "recipient_kind": "authority", "basis": "law"}),
    );
    desk
}

fn section<'a>(dossier: &'a Dossier, id: &str) -> &'a DossierSection {
    dossier.sections.iter().find(|section| section.id == id).expect("a section")
}

#[test]
fn everything_about_a_client_is_in_it_and_nothing_about_others() {
    let desk = office();
    let dossier = desk.dossier("C-0001", Language::Nl, now()).expect("a dossier");
    let titles = |id: &str| -> Vec<&str> {
        section(&dossier, id).records.iter().map(|record| record.title.as_str()).collect()
    };
    assert_eq!(titles("booking"), ["B-00002", "B-00001"], "also where the client only takes part");
    assert_eq!(titles("document"), ["Factuur 2018-0001"]);
    assert_eq!((titles("consent").len(), titles("disclosure").len()), (1, 1));
    let text = serde_json::to_string(&dossier).expect("JSON");
    for held in ["Belt graag", "Rolstoel", "vegan", "Belastingdienst", "121,00"] {
        assert!(text.contains(held), "{held}");
    }
    for others in ["Kees", "halal", "Zonnebloem", "Betaalt slecht"] {
        assert!(!text.contains(others), "{others} is somebody else");
    }
    let other = desk.dossier("C-0002", Language::Nl, now()).expect("a dossier");
    let other = serde_json::to_string(&other).expect("JSON");
    assert!(!other.contains("Belastingdienst") && !other.contains("Rolstoel"));
}

#[test]
fn every_section_says_why_it_is_kept_and_until_when() {
    let desk = office();
    let dossier = desk.dossier("C-0001", Language::En, now()).expect("a dossier");
    let kept = &section(&dossier, "document").kept;
    assert_eq!(kept[0].until.as_deref(), Some("2025-12-31"));
    assert_eq!(kept[0].what, "1 document");
    assert!(kept[0].sentence.contains("AWR art. 52(4)"), "{}", kept[0].sentence);
    let details = &section(&dossier, "client").kept;
    let grounds: Vec<&str> = details.iter().map(|kept| kept.ground.as_str()).collect();
    assert_eq!(grounds.len(), 2, "contract and legitimate interest: {grounds:?}");
    for section in dossier.sections.iter().filter(|section| !section.records.is_empty()) {
        assert!(!section.kept.is_empty(), "{}", section.id);
    }
}

#[test]
fn the_json_is_by_the_published_schema() {
    let desk = office();
    let file = desk.dossier_file("C-0001", Language::Nl, DossierFormat::Json, now());
    let file = file.expect("a file");
    assert_eq!(file.name, "dossier-C-0001.json");
    let value: Value = serde_json::from_slice(&file.bytes).expect("JSON");
    let validator = jsonschema::validator_for(&schema()).expect("a schema");
    assert!(validator.is_valid(&value));
    let mut wrong = value;
    wrong["sections"][0]["records"][0]["values"][0]["label"] = json!(7);
    assert!(!validator.is_valid(&wrong));
}

#[test]
fn the_pdf_is_an_archive_and_the_same_for_the_same_content_in_both_languages() {
    let desk = office();
    let mut documents = Vec::new();
    for language in [Language::Nl, Language::En] {
        let make = || {
            let file = desk.dossier_file("C-0001", language, DossierFormat::Pdf, now());
            file.expect("a file").bytes
        };
        let bytes = make();
        assert!(bytes == make(), "the same content, the same bytes");
        documents.push((format!("dossier-{}", language.code()), bytes));
    }
    accepted_by_verapdf(&documents);
}

#[test]
fn the_pdf_has_every_section_and_why_it_is_kept() {
    let desk = office();
    for (language, words) in [
        (
            Language::Nl,
            [
                "Boekingen",
                "Documenten",
                "Toestemmingen",
                "Verstrekkingen",
                "tot en met 31-12-2025",
                "121,00",
            ],
        ),
        (
            Language::En,
            [
                "Bookings",
                "Documents",
                "Consents",
                "Disclosures",
                "until 31 Dec 2025 inclusive",
                "121.00",
            ],
        ),
    ] {
        let file = desk.dossier_file("C-0001", language, DossierFormat::Pdf, now());
        let text = Read::new(&file.expect("a file").bytes).whole();
        let text = text.split_whitespace().collect::<Vec<_>>().join(" ");
        let data = ["Anna", "Belt graag", "Intake", "2018-0001", "Nieuwsbrief", "Belastingdienst"];
        for held in data.iter().chain(&words) {
            assert!(text.contains(held), "{held} is not on the pages: {text}");
        }
        assert!(!text.contains("Zonnebloem"));
    }
}

#[test]
fn a_character_that_cannot_be_printed_is_named() {
    let desk = office();
    desk.set_client("C-0001", &desk.values("client", &["note=\u{1F9FF}"])).expect("set");
    let refused = desk.dossier_file("C-0001", Language::Nl, DossierFormat::Pdf, now());
    let refused = refused.expect_err("refused");
    assert_eq!(refused.code(), "pdf");
    assert!(
        refused.sentence(Language::Nl).contains("U+1F9FF"),
        "{}",
        refused.sentence(Language::Nl)
    );
}
