use serde_json::json;

use super::*;
use crate::testing::{Memory, TestDesk, accepted_by_verapdf, desk};

fn now() -> Timestamp {
    "2026-12-01T09:30:00Z".parse().expect("a moment")
}

fn typed(kit: &RecoveryKit) -> String {
    let text = kit.code().text();
    let groups: Vec<Vec<char>> = text.split('-').map(|group| group.chars().collect()).collect();
    let at = |asked: crate::kit::AskedCharacter| {
        groups[usize::from(asked.group) - 1][usize::from(asked.character) - 1]
    };
    kit.asked().map(at).iter().collect()
}

fn kinds(slots: &KeySlots) -> Vec<(&'static str, bool)> {
    slots.slots.iter().map(|slot| (slot.kind, slot.proven_at.is_some())).collect()
}

/// The slots as another process would read them.
fn written(desk: &TestDesk) -> Slots {
    Slots::read(desk.home().path()).expect("readable")
}

#[test]
fn a_kit_opens_the_desk_once_three_of_its_characters_were_read_back() {
    let desk = desk();
    let kit = desk.make_recovery_kit(Language::Nl, now()).expect("a kit");
    assert_eq!(kinds(&desk.key_slots()), [("keyring", false)], "it opens nothing yet");
    let refused = desk.take_recovery_kit(&kit, "U", now()).expect_err("not three, and no digit");
    assert_eq!(refused.code(), "other_characters");

    let slots = desk.take_recovery_kit(&kit, &typed(&kit).to_lowercase(), now()).expect("taken");
    assert_eq!(kinds(&slots), [("keyring", false), ("recovery_kit", true)]);
    assert!(!slots.safe, "the keyring has opened nothing yet");
    desk.opened_by(1, false, now());
    assert!(desk.key_slots().safe && desk.status().expect("read").slots_safe);
    assert!(written(&desk).open_with_recovery_kit(kit.code()).is_ok());

    let later = desk.make_recovery_kit(Language::En, now()).expect("another kit");
    assert!(written(&desk).open_with_recovery_kit(kit.code()).is_ok(), "the first still opens");
    desk.take_recovery_kit(&later, &typed(&later), now()).expect("taken");
    assert_eq!(written(&desk).open_with_recovery_kit(kit.code()).map(|_| ()).ok(), None);
    assert!(desk.try_recovery_kit(&later.code().text(), now()).is_ok());
    let refused = desk.try_recovery_kit(&kit.code().text(), now()).expect_err("replaced");
    assert_eq!(refused.code(), "wrong_recovery_kit");
    let refused = desk.try_recovery_kit("0123", now()).expect_err("too short");
    assert_eq!(refused.code(), "not_a_recovery_code");
}

#[test]
fn the_sheet_says_whose_it_is_and_shows_the_code_on_one_page() {
    let desk = desk();
    desk.put("desk", desk.connection.desk, json!({"name": "Balie", "joined_at": 5}));
    let kits = [Language::Nl, Language::En].map(|language| {
        let kit = desk.make_recovery_kit(language, now()).expect("a kit");
        let read = crate::testing::reading::Read::new(kit.pdf());
        assert_eq!(read.pages.len(), 1);
        let text = read.whole();
        for part in kit.code().text().split('-').chain(["Kantoor · Balie", "i-1", "2026"]) {
            assert!(text.contains(part), "{part}: {text}");
        }
        assert!(!format!("{kit:?}").contains(kit.code().text().as_str()));
        let name = match language {
            Language::Nl => "recovery-kit-nl",
            Language::En => "recovery-kit-en",
        };
        (name.to_owned(), kit.pdf().to_vec())
    });
    accepted_by_verapdf(&kits);
}

#[test]
fn a_passphrase_is_set_and_replaced_and_the_last_proven_way_in_stays() {
    let desk = desk();
    let set = |text: &str| desk.set_passphrase(text, true, now());
    assert_eq!(set("kort").expect_err("short").code(), "passphrase_refused");
    assert_eq!(set("wachtwoord1234").expect_err("guessed").code(), "passphrase_refused");
    assert_eq!(kinds(&desk.key_slots()), [("keyring", false)]);

    let keyring = Memory::default();
    let passphrase = |text: &str| Passphrase::new(text.to_owned());
    set("paard batterij nietje komkommer").expect("set");
    set("lantaarn wortel zeilboot mosterd").expect("another");
    let mut slots = written(&desk);
    assert!(slots.open_with_passphrase(&passphrase("paard batterij nietje komkommer")).is_err());
    assert!(slots.open_with_passphrase(&passphrase("lantaarn wortel zeilboot mosterd")).is_ok());

    let [first, last] = desk.key_slots().slots.try_into().expect("two");
    let (first, last): (KeySlot, KeySlot) = (first, last);
    let refused = desk.remove_slot(last.id, &keyring).expect_err("the keyring was never tried");
    assert_eq!(refused.code(), "unproven");
    assert_eq!(desk.remove_slot(99, &keyring).expect_err("none").code(), "no_slot");
    desk.remove_slot(first.id, &keyring).expect("the passphrase is proven");
    assert_eq!(desk.remove_slot(last.id, &keyring).expect_err("the last").code(), "slots");
    let gone = written(&desk).open_with_keyring(&keyring).map(|_| ());
    assert!(matches!(gone, Err(booqing_keys::SlotsError::NoSlot("keyring"))), "{gone:?}");
    let slots =
        desk.set_passphrase("fietsbel walnoot mist kanaal", false, now()).expect("from a file");
    assert_eq!(kinds(&slots), [("passphrase", false)], "it was not typed twice");
}

/// The keyring was proven, and is empty now: what opened the desk instead is not let go of.
#[test]
fn a_keyring_that_failed_counts_no_longer() {
    let desk = desk();
    let kit = desk.make_recovery_kit(Language::Nl, now()).expect("a kit");
    let slots = desk.take_recovery_kit(&kit, &typed(&kit), now()).expect("taken");
    let id = slots.slots[1].id;
    desk.opened_by(1, false, now());
    assert!(desk.key_slots().safe);
    let empty = Memory::default();
    let refused =
        desk.remove_slot(id, &empty).expect_err("it is asked before the kit is let go of");
    assert_eq!(refused.code(), "unproven");
    desk.opened_by(id, true, now());
    assert_eq!(kinds(&desk.key_slots()), [("keyring", false), ("recovery_kit", true)]);
    assert!(!desk.key_slots().safe, "the warning is back");
}
