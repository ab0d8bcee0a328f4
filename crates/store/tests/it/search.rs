//! Search: words begin, diacritics fold, the best comes first, nothing deleted is found.

use booqing_model::Id;
use booqing_model::time::Moment;
use serde_json::json;

use crate::fixture::{Fixture, change, create, delete, id};

fn office() -> Fixture {
    let fixture = Fixture::new();
    fixture
        .commit(vec![
            create(
                "client",
                id(1),
                json!({"number": "C-0001", "given_name": "Zoë",
                "infix": "van der", "family_name": "Müller", "email": "zoe@example.org"}),
            ),
            create(
                "client",
                id(2),
                json!({"number": "C-0002", "company_name": "Muller Bouw B.V.",
                "addresses": [{"key": "k1", "kind": "visit", "street": "Prinsengracht 263"}]}),
            ),
            create(
                "client",
                id(3),
                json!({"number": "C-0003", "family_name": "Mul",
                "note": "vraagt naar Muller"}),
            ),
            create("booking", id(4), json!({"number": "B-0007", "title": "Intake bij müller"})),
            create(
                "document",
                id(5),
                json!({"number": "2026-0117",
                "buyer": {"name": "Jérôme Özdemir", "city": "'s-Gravenhage"}}),
            ),
        ])
        .expect("committed");
    fixture
}

fn found(fixture: &Fixture, text: &str) -> Vec<String> {
    let hits = fixture.cache.read(|reader| reader.search(text, 50)).expect("searched");
    hits.iter().map(|hit| hit.title.split(' ').next().unwrap_or_default().to_owned()).collect()
}

#[test]
fn words_are_found_however_they_are_accented() {
    let office = office();
    assert_eq!(found(&office, "zoe"), ["C-0001"]);
    assert_eq!(found(&office, "ZOË muller"), ["C-0001"]);
    assert_eq!(found(&office, "jerome ozd"), ["2026-0117"]);
    assert_eq!(found(&office, "prinsengr 26"), ["C-0002"]);
    assert_eq!(found(&office, "2026-01"), ["2026-0117"]);
    assert_eq!(found(&office, "'s-grav"), ["2026-0117"]);
    assert_eq!(found(&office, "zoe bouw"), Vec::<String>::new(), "every word counts");
}

#[test]
fn whole_words_of_the_title_come_first_and_notes_last() {
    let office = office();
    assert_eq!(found(&office, "muller"), ["B-0007", "C-0002", "C-0001", "C-0003"]);
    assert_eq!(found(&office, "mul"), ["C-0003", "B-0007", "C-0002", "C-0001"]);
}

#[test]
fn signs_that_mean_something_to_the_index_are_only_text() {
    let office = office();
    for text in [
        "",
        " ",
        "\"",
        "*",
        "AND",
        "zoe OR mul",
        "title:zoe",
        "(",
        "'; DROP TABLE client",
        "%",
        "^zoe",
    ] {
        let _ = found(&office, text);
    }
    assert_eq!(found(&office, "\"zoe\""), ["C-0001"]);
    assert_eq!(found(&office, "***"), Vec::<String>::new());
}

#[test]
fn what_changed_or_went_is_not_found_by_what_it_was() {
    let office = office();
    office
        .commit(vec![
            change("client", id(1), json!({"given_name": "Anna"})),
            delete("client", id(3)),
        ])
        .expect("committed");
    assert_eq!(found(&office, "zoe"), ["C-0001"], "the e-mail address still has it");
    office.commit(vec![change("client", id(1), json!({"email": null}))]).expect("committed");
    assert_eq!(found(&office, "zoe"), Vec::<String>::new());
    assert_eq!(found(&office, "anna"), ["C-0001"]);
    assert_eq!(found(&office, "vraagt"), Vec::<String>::new());
    office.cache.check().expect("the index fits the rows");
}

/// A change touches only the words that begin like one that changed: whatever is changed, the index
/// holds what it would hold if it were made anew, and what was erased is nowhere in it.
#[test]
fn after_any_changes_the_index_fits_and_holds_no_word_that_went() {
    let fixture = office();
    let mut state = 20_261_125_u32;
    let mut next = |n: u32| {
        state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        (state >> 8) % n
    };
    let words = ["anna", "andere", "an", "a", "Ännchen", "berg", "bergen", "be", "2026", "2", "zo"];
    for round in 0..200 {
        let mut text = || {
            let words: Vec<&str> =
                (0..next(6)).map(|_| words[next(words.len() as u32) as usize]).collect();
            if words.is_empty() { json!(null) } else { json!(words.join(" ")) }
        };
        let values = json!({"family_name": text(), "note": text(), "email": text()});
        fixture.commit(vec![change("client", id(1 + round % 3), values)]).expect("committed");
        if round % 20 == 0 {
            fixture.cache.check().expect("the index fits");
        }
    }
    fixture.cache.check().expect("the index fits");
    fixture.commit(vec![change("client", id(3), json!({"note": "geheimzinnig"}))]).expect("done");
    assert_eq!(found(&fixture, "geheim").len(), 1);
    fixture.commit(vec![change("client", id(3), json!({"note": null}))]).expect("committed");
    assert!(found(&fixture, "geheim").is_empty());
    fixture.cache.check().expect("the index fits");
}

#[test]
fn one_letter_is_a_word_and_the_first_part_of_a_number_is_whole() {
    let office = office();
    assert_eq!(found(&office, "C-00"), ["C-0003", "C-0002", "C-0001"]);
    assert_eq!(found(&office, "b"), ["B-0007", "C-0002"], "the B of a company counts");
    assert_eq!(found(&office, "2-0117"), Vec::<String>::new());
}

/// So many deletions make the index again instead of cleaning it word by word.
#[test]
fn an_import_that_is_taken_back_is_found_no_more_and_the_rest_still_is() {
    let fixture = office();
    let many = (0..1_100_u32).map(|n| {
        let mut bits = [9; 10];
        bits[..4].copy_from_slice(&n.to_be_bytes());
        let fields = json!({"number": format!("X-{n:04}"), "family_name": "Zonneveld"});
        create("client", Id::new(5_000, bits), fields)
    });
    let step = fixture.commit(many.collect()).expect("committed").step.expect("a step");
    assert_eq!(found(&fixture, "zonneveld").len(), 50, "as many as were asked for");
    fixture.cache.write(|writer| writer.undo(step, Moment(2_000), None)).expect("undone");
    assert!(found(&fixture, "zonneveld").is_empty());
    assert_eq!(found(&fixture, "prinsengracht").len(), 1);
    fixture.cache.check().expect("the index fits what it was made from");
}

#[test]
fn no_more_than_asked_for() {
    let office = office();
    let hits = office.cache.read(|reader| reader.search("mul", 2)).expect("searched");
    assert_eq!(hits.len(), 2);
}
