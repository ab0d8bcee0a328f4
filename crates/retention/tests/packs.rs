//! Policy packs: those of the program are whole, and one that is not is refused with its reason.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic)]

use std::collections::BTreeSet;

use booqing_retention::{
    PUBLISHER_KEY, PackError, PolicyBook, PublisherKey, SignedPack, embedded_book, embedded_packs,
};
use ed25519_dalek::{Signer, SigningKey};
use serde_json::{Value, json};

fn signing_key() -> SigningKey {
    SigningKey::from_bytes(&[42; 32])
}

fn load(bytes: &[u8]) -> Result<PolicyBook, PackError> {
    let key = signing_key();
    let signature: String =
        key.sign(bytes).to_bytes().iter().map(|byte| format!("{byte:02x}")).collect();
    let pack = SignedPack { name: "test.json", bytes, signature: signature.as_bytes() };
    PolicyBook::load(&[pack], &PublisherKey(key.verifying_key().to_bytes()))
}

fn load_value(pack: &Value) -> Result<PolicyBook, PackError> {
    load(pack.to_string().as_bytes())
}

fn small_pack() -> Value {
    json!({
        "format": 1, "id": "xx", "version": "1", "country": "XX", "law_text_date": "2026-01-01",
        "policies": [{
            "id": "XX-1", "title": {"en": "A", "nl": "A"},
            "ground": {"article": "art. 1", "text": "Kept.", "source": "here"},
            "record_types": ["receipt"],
            "versions": [{
                "trigger": "document_date", "rounding": "none", "length": {"years": 3},
                "confidence": "low"
            }]
        }],
        "golden_cases": [{
            "id": "c1", "derivation": "2020 + 3",
            "given": {
                "tenant": {"country": "XX", "time_zone": "UTC", "fiscal_year_end": "12-31"},
                "record": {"type": "receipt", "document_date": "2020-02-29"}
            },
            "expect": {"retain_through": "2023-02-28"}
        }]
    })
}

#[test]
fn the_packs_of_the_program_are_whole() {
    let book = embedded_book().unwrap();
    let countries: Vec<String> = book.countries().map(|country| country.to_string()).collect();
    assert_eq!(
        countries,
        [
            "AT", "BE", "CH", "DE", "DK", "ES", "FI", "FR", "GB", "IE", "IT", "LU", "NL", "NO",
            "PL", "PT", "SE", "UK"
        ]
    );
    assert_eq!(book.packs().len(), 18);
    for pack in book.packs() {
        assert!(pack.golden_cases >= 3, "{} has {} cases", pack.id, pack.golden_cases);
    }
}

#[test]
fn every_policy_of_the_program_governs_or_is_listed_in_a_golden_case() {
    let mut unproven = BTreeSet::new();
    for pack in embedded_packs() {
        let parsed: Value = serde_json::from_slice(pack.bytes).unwrap();
        let book = PolicyBook::load(&[*pack], &PUBLISHER_KEY).unwrap();
        let mut proven = BTreeSet::new();
        for case in parsed["golden_cases"].as_array().unwrap() {
            // A policy is proven where the case expects a date or a wait of it by name, or where
            // it is the only one in the answer.
            let answer = book.decide_json(&case["given"]).unwrap();
            let expect = &case["expect"];
            let answers =
                [&answer].into_iter().chain(answer["results"].as_array().into_iter().flatten());
            for answer in answers {
                let listed = answer["all_policies"].as_array().cloned().unwrap_or_default();
                let named = expect.get("all_policies").is_some() || listed.len() == 1;
                if named {
                    proven.extend(listed.iter().map(|term| term["id"].to_string()));
                }
                proven.insert(expect["governing_policy"].to_string());
            }
        }
        for policy in parsed["policies"].as_array().unwrap() {
            if !proven.contains(&policy["id"].to_string()) {
                unproven.insert(policy["id"].to_string());
            }
        }
    }
    assert!(unproven.is_empty(), "policies without a golden case: {unproven:?}");
}

#[test]
fn a_change_of_any_byte_is_refused() {
    let pack = embedded_packs().iter().min_by_key(|pack| pack.bytes.len()).unwrap();
    assert!(PUBLISHER_KEY.check(pack.name, pack.bytes, pack.signature).is_ok());
    let mut bytes = pack.bytes.to_vec();
    for place in 0..bytes.len() {
        bytes[place] ^= 1 << (place % 8);
        let changed = SignedPack { name: pack.name, bytes: &bytes, signature: pack.signature };
        let refused = PolicyBook::load(&[changed], &PUBLISHER_KEY).unwrap_err();
        assert_eq!(refused, PackError::Signature { pack: pack.name.into() }, "byte {place}");
        bytes[place] = pack.bytes[place];
    }
    for shorter in [&pack.bytes[1..], &pack.bytes[..pack.bytes.len() - 1], &[]] {
        assert!(PUBLISHER_KEY.check(pack.name, shorter, pack.signature).is_err());
    }
}

#[test]
fn a_change_of_any_byte_of_the_signature_is_refused() {
    let pack = embedded_packs()[0];
    let mut signature = pack.signature.to_vec();
    for place in 0..signature.len() {
        for change in [1, 2, 4, 8] {
            signature[place] ^= change;
            assert!(PUBLISHER_KEY.check(pack.name, pack.bytes, &signature).is_err(), "{place}");
            signature[place] = pack.signature[place];
        }
    }
    assert_eq!(PUBLISHER_KEY.check(pack.name, pack.bytes, &signature), Ok(()));
}

#[test]
fn a_pack_of_another_publisher_is_refused() {
    let bytes = small_pack().to_string();
    let own = load(bytes.as_bytes());
    assert!(own.is_ok(), "{own:?}");
    let signature = "0".repeat(128);
    let pack =
        SignedPack { name: "x.json", bytes: bytes.as_bytes(), signature: signature.as_bytes() };
    let refused = PolicyBook::load(&[pack], &PUBLISHER_KEY).unwrap_err();
    assert_eq!(refused.code(), "pack_signature");
}

#[test]
fn a_failing_golden_case_is_refused_with_case_expected_and_got() {
    let mut pack = small_pack();
    pack["golden_cases"][0]["expect"]["retain_through"] = json!("2023-03-01");
    assert_eq!(
        load_value(&pack).unwrap_err(),
        PackError::GoldenCase {
            pack: "test.json".into(),
            case: "c1".into(),
            pointer: "/retain_through".into(),
            expected: "\"2023-03-01\"".into(),
            got: "\"2023-02-28\"".into(),
        }
    );
    pack["golden_cases"][0]["expect"] = json!({"kept_fields": []});
    let refused = load_value(&pack).unwrap_err();
    assert!(matches!(refused, PackError::GoldenCase { got, .. } if got == "nothing"));
    pack["golden_cases"][0]["given"]["record"]["document_date"] = json!("2023-02-30");
    let refused = load_value(&pack).unwrap_err();
    assert_eq!(refused.code(), "pack_golden_question");
    assert!(refused.to_string().contains("/record/document_date"), "{refused}");
}

#[test]
fn a_changed_rule_breaks_its_golden_case() {
    let mut pack = small_pack();
    pack["policies"][0]["versions"][0]["length"] = json!({"years": 2});
    assert_eq!(load_value(&pack).unwrap_err().code(), "pack_golden_case");
}

#[test]
fn a_pack_that_cannot_be_is_refused_with_its_place() {
    let refused = |change: &dyn Fn(&mut Value)| {
        let mut pack = small_pack();
        change(&mut pack);
        let error = load_value(&pack).unwrap_err();
        (error.code(), error.to_string())
    };
    let codes = [
        (refused(&|pack| pack["format"] = json!(2)), "pack_format", "format 2"),
        (refused(&|pack| pack["colour"] = json!("red")), "pack_form", "colour"),
        (refused(&|pack| pack["policies"] = json!([])), "pack_invalid", "policies"),
        (refused(&|pack| pack["golden_cases"] = json!([])), "pack_invalid", "golden_cases"),
        (refused(&|pack| pack["country"] = json!("xx")), "pack_form", "two capital"),
        (
            refused(&|pack| pack["policies"][0]["record_types"] = json!(["recipe"])),
            "pack_form",
            "recipe",
        ),
        (
            refused(&|pack| pack["policies"][0]["ground"]["source"] = json!(" ")),
            "pack_invalid",
            "XX-1",
        ),
        (
            refused(&|pack| pack["policies"][0]["versions"][0]["length"] = json!({"years": 101})),
            "pack_form",
            "100 years",
        ),
        (
            refused(&|pack| pack["golden_cases"][0]["derivation"] = json!("")),
            "pack_invalid",
            "derivation",
        ),
        (
            refused(&|pack| {
                let mut version = pack["policies"][0]["versions"][0].clone();
                pack["policies"][0]["versions"][0]["valid_from"] = json!("2020-01-01");
                version["valid_from"] = json!("2019-01-01");
                pack["policies"][0]["versions"].as_array_mut().unwrap().push(version);
            }),
            "pack_invalid",
            "oldest first",
        ),
        (
            refused(&|pack| {
                let policy = pack["policies"][0].clone();
                pack["policies"].as_array_mut().unwrap().push(policy);
            }),
            "pack_twice",
            "XX-1",
        ),
        (
            refused(&|pack| {
                let policy = pack["policies"][0].clone();
                for place in 0..12 {
                    let mut policy = policy.clone();
                    policy["id"] = json!(format!("XX-more-{place}"));
                    pack["policies"].as_array_mut().unwrap().push(policy);
                }
            }),
            "pack_too_many",
            "receipt",
        ),
    ];
    for ((code, message), wanted, part) in codes {
        assert_eq!(code, wanted, "{message}");
        assert!(message.contains(part), "{message}");
    }
    assert_eq!(load(b"not json").unwrap_err().code(), "pack_form");
    assert_eq!(load(b"").unwrap_err().code(), "pack_form");
    assert_eq!(load(&[0xff, 0xfe]).unwrap_err().code(), "pack_form");
}

#[test]
fn a_pack_loaded_twice_is_refused() {
    let pack = embedded_packs()[0];
    let refused = PolicyBook::load(&[pack, pack], &PUBLISHER_KEY).unwrap_err();
    assert_eq!(refused.code(), "pack_twice");
}
