use std::cell::RefCell;
use std::collections::BTreeMap;
use std::fs;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;

use super::*;
use crate::keyring::KeyringError;
use crate::passphrase::{Passphrase, PassphraseError};
use crate::recovery::RecoveryCode;

/// A keyring in memory, for what does not depend on the real one. The real one is tried in
/// `tests/keyring.rs`.
#[derive(Default)]
struct Memory(RefCell<BTreeMap<String, Secret>>);

impl Keyring for Memory {
    fn read(&self, name: &str) -> Result<Secret, KeyringError> {
        self.0.borrow().get(name).cloned().ok_or(KeyringError::NoEntry)
    }

    fn write(&self, name: &str, secret: &Secret) -> Result<(), KeyringError> {
        self.0.borrow_mut().insert(name.to_owned(), secret.clone());
        Ok(())
    }

    fn forget(&self, name: &str) -> Result<(), KeyringError> {
        self.0.borrow_mut().remove(name).map(|_| ()).ok_or(KeyringError::NoEntry)
    }
}

fn passphrase() -> Passphrase {
    Passphrase::new("correct horse battery".to_owned())
}

fn made(folder: &Path, keyring: &Memory) -> (Slots, InstallationKey) {
    Slots::create(folder, "i-1", &NewSlot::Keyring(keyring)).expect("an installation")
}

#[test]
fn either_slot_opens_the_same_key_and_losing_one_loses_nothing() {
    let folder = tempfile::tempdir().expect("a folder");
    let keyring = Memory::default();
    let (mut slots, key) = made(folder.path(), &keyring);
    slots.add(&key, &NewSlot::Passphrase(&passphrase())).expect("a second slot");

    let mut read = Slots::read(folder.path()).expect("read back");
    assert_eq!(read.open_with_keyring(&keyring).expect("the keyring opens").key, key);
    let by_passphrase = read.open_with_passphrase(&passphrase()).expect("the passphrase opens");
    assert_eq!(by_passphrase, Opened { key: key.clone(), slot: 2 });

    keyring.0.borrow_mut().clear();
    assert!(matches!(
        read.open_with_keyring(&keyring),
        Err(SlotsError::Keyring(KeyringError::NoEntry))
    ));
    assert_eq!(read.open_with_passphrase(&passphrase()).expect("still opens").key, key);
}

#[test]
fn a_wrong_passphrase_or_a_foreign_secret_opens_nothing() {
    let folder = tempfile::tempdir().expect("a folder");
    let keyring = Memory::default();
    let (mut slots, key) = made(folder.path(), &keyring);
    assert!(matches!(
        slots.open_with_passphrase(&passphrase()),
        Err(SlotsError::NoSlot("passphrase"))
    ));
    slots.add(&key, &NewSlot::Passphrase(&passphrase())).expect("a second slot");
    let wrong = Passphrase::new("correct horse batter".to_owned());
    assert!(matches!(slots.open_with_passphrase(&wrong), Err(SlotsError::WrongPassphrase)));

    for secret in keyring.0.borrow_mut().values_mut() {
        *secret = Secret::new([9; 32]);
    }
    assert!(matches!(slots.open_with_keyring(&keyring), Err(SlotsError::WrongKeyringSecret)));
}

#[test]
fn an_installation_is_never_made_over_another() {
    let folder = tempfile::tempdir().expect("a folder");
    let keyring = Memory::default();
    made(folder.path(), &keyring);
    let again = Slots::create(folder.path(), "i-2", &NewSlot::Keyring(&keyring));
    assert!(matches!(again, Err(SlotsError::Present(_))));
    fs::remove_file(folder.path().join(FILE)).expect("removed");
    fs::write(folder.path().join(PREVIOUS), b"damaged").expect("written");
    let again = Slots::create(folder.path(), "i-2", &NewSlot::Keyring(&keyring));
    assert!(matches!(again, Err(SlotsError::Present(_))), "not over a damaged one either");
}

#[test]
fn a_short_passphrase_makes_no_slot_and_no_file() {
    let folder = tempfile::tempdir().expect("a folder");
    let short = Passphrase::new("kort".to_owned());
    let refused = Slots::create(folder.path(), "i-1", &NewSlot::Passphrase(&short));
    assert!(matches!(
        refused,
        Err(SlotsError::Passphrase(PassphraseError::TooShort { length: 4 }))
    ));
    assert!(!Slots::exist(folder.path()));
}

#[test]
fn every_change_of_the_file_is_found() {
    let folder = tempfile::tempdir().expect("a folder");
    let keyring = Memory::default();
    let (mut slots, key) = made(folder.path(), &keyring);
    slots.add(&key, &NewSlot::Passphrase(&passphrase())).expect("a second slot");
    fs::remove_file(folder.path().join(PREVIOUS)).expect("only one generation");

    let path = folder.path().join(FILE);
    let whole = fs::read(&path).expect("the file");
    for index in 0..whole.len() {
        let mut changed = whole.clone();
        changed[index] ^= 2;
        fs::write(&path, &changed).expect("changed");
        let opened =
            Slots::read(folder.path()).and_then(|mut slots| slots.open_with_keyring(&keyring));
        match opened {
            Err(_) => {}
            Ok(_) => {
                // White space is the only thing that may differ without a difference.
                let same = Slots::read(folder.path()).expect("readable");
                assert_eq!(same.content, slots.content, "byte {index} changed unnoticed");
            }
        }
    }
}

#[test]
fn a_slot_taken_out_of_the_file_is_noticed() {
    let folder = tempfile::tempdir().expect("a folder");
    let keyring = Memory::default();
    let (mut slots, key) = made(folder.path(), &keyring);
    slots.add(&key, &NewSlot::Passphrase(&passphrase())).expect("a second slot");
    let mut fewer = slots.clone();
    fewer.content.slots.pop();
    fs::write(folder.path().join(FILE), fewer.bytes().expect("bytes")).expect("written");
    let opened = Slots::read(folder.path()).expect("readable").open_with_keyring(&keyring);
    assert!(matches!(opened, Err(SlotsError::Tampered(_))));
}

#[test]
fn a_damaged_file_gives_way_to_the_generation_before() {
    let folder = tempfile::tempdir().expect("a folder");
    let keyring = Memory::default();
    let (mut slots, key) = made(folder.path(), &keyring);
    slots.add(&key, &NewSlot::Passphrase(&passphrase())).expect("a second generation");
    for damage in [&b""[..], b"{", b"{\"format\":1}"] {
        fs::write(folder.path().join(FILE), damage).expect("damaged");
        let mut read = Slots::read(folder.path()).expect("the generation before");
        assert_eq!(read.open_with_keyring(&keyring).expect("opens").key, key);
    }
    fs::remove_file(folder.path().join(PREVIOUS)).expect("removed");
    fs::write(folder.path().join(FILE), b"{").expect("damaged");
    assert!(matches!(Slots::read(folder.path()), Err(SlotsError::Damaged { .. })));
    fs::remove_file(folder.path().join(FILE)).expect("removed");
    assert!(matches!(Slots::read(folder.path()), Err(SlotsError::Absent(_))));
}

/// A flipped bit that still reads as a file: the sealed key no longer opens.
#[test]
fn damage_that_can_be_read_gives_way_too_and_is_not_copied_over_the_good_generation() {
    let folder = tempfile::tempdir().expect("a folder");
    let keyring = Memory::default();
    let (slots, key) = made(folder.path(), &keyring);
    let path = folder.path().join(FILE);
    let text = fs::read_to_string(&path).expect("the file");
    let sealed = &slots.slots()[0].sealed;
    let flipped = sealed.replacen(|c: char| c.is_ascii_lowercase(), "A", 1);
    fs::write(&path, text.replace(sealed.as_str(), &flipped)).expect("damaged");

    let mut read = Slots::read(folder.path()).expect("it can be read");
    assert!(read.try_keyring(&keyring).is_err(), "and does not open");
    assert_eq!(read.open_with_keyring(&keyring).expect("the other generation opens").key, key);
    // What opened is what the next generation is made from.
    read.add(&key, &NewSlot::Passphrase(&passphrase())).expect("a slot more");
    for name in [FILE, PREVIOUS] {
        let generation = read_generation(folder.path(), name).expect("readable");
        assert_eq!(generation.try_keyring(&keyring).expect("opens").key, key, "{name}");
    }
}

#[test]
fn a_newer_file_is_refused_and_not_replaced_by_an_older_generation() {
    let folder = tempfile::tempdir().expect("a folder");
    let keyring = Memory::default();
    let (mut slots, key) = made(folder.path(), &keyring);
    slots.add(&key, &NewSlot::Passphrase(&passphrase())).expect("a second generation");
    fs::write(folder.path().join(FILE), b"{\"format\":3,\"shape\":\"unknown\"}").expect("written");
    assert!(matches!(Slots::read(folder.path()), Err(SlotsError::Newer { found: 3, .. })));
}

#[test]
fn a_removed_slot_is_gone_from_both_generations_and_the_last_one_stays() {
    let folder = tempfile::tempdir().expect("a folder");
    let keyring = Memory::default();
    let (mut slots, key) = made(folder.path(), &keyring);
    let second = slots.add(&key, &NewSlot::Passphrase(&passphrase())).expect("a second slot");
    assert!(matches!(slots.remove(&key, 99, &keyring), Err(SlotsError::NoSlot(_))));
    slots.remove(&key, second, &keyring).expect("removed");
    for name in [FILE, PREVIOUS] {
        let generation = read_generation(folder.path(), name).expect("readable");
        assert_eq!(generation.slots().len(), 1, "{name}");
    }
    assert!(matches!(slots.remove(&key, 1, &keyring), Err(SlotsError::LastSlot)));
    let third = slots.add(&key, &NewSlot::Passphrase(&passphrase())).expect("a third slot");
    assert_ne!(third, second, "numbers are not used again");
}

#[test]
fn no_file_holds_the_key() {
    let folder = tempfile::tempdir().expect("a folder");
    let (_slots, key) = made(folder.path(), &Memory::default());
    let bytes = fs::read(folder.path().join(FILE)).expect("the file");
    let text = String::from_utf8(bytes.clone()).expect("text");
    let secret = key.secret().expose();
    let hex: String = secret.iter().map(|byte| format!("{byte:02x}")).collect();
    assert!(!text.contains(&STANDARD.encode(secret)) && !text.contains(&hex));
    assert!(!bytes.windows(32).any(|window| window == secret));
}

#[test]
fn a_recovery_kit_opens_without_anything_else_and_only_the_last_one_does() {
    let folder = tempfile::tempdir().expect("a folder");
    let keyring = Memory::default();
    let (mut slots, key) = made(folder.path(), &keyring);
    let code = RecoveryCode::random().expect("random");
    assert!(matches!(slots.open_with_recovery_kit(&code), Err(SlotsError::NoSlot("recovery_kit"))));
    slots.replace(&key, &NewSlot::RecoveryKit(&code)).expect("a kit");
    keyring.0.borrow_mut().clear();
    let mut read = Slots::read(folder.path()).expect("read back");
    assert_eq!(read.open_with_recovery_kit(&code).expect("it opens").key, key);

    let other = RecoveryCode::random().expect("random");
    read.replace(&key, &NewSlot::RecoveryKit(&other)).expect("another kit");
    for name in [FILE, PREVIOUS] {
        let mut generation = read_generation(folder.path(), name).expect("readable");
        let refused = generation.open_with_recovery_kit(&code);
        assert!(matches!(refused, Err(SlotsError::WrongRecoveryKit)), "{name}");
        assert_eq!(generation.open_with_recovery_kit(&other).expect("opens").key, key, "{name}");
    }
}

#[test]
fn a_new_secret_in_the_keyring_takes_the_place_of_the_old_one() {
    let folder = tempfile::tempdir().expect("a folder");
    let keyring = Memory::default();
    let (mut slots, key) = made(folder.path(), &keyring);
    let before = keyring.read("i-1/1").expect("the first secret");
    slots.replace(&key, &NewSlot::Keyring(&keyring)).expect("another secret");
    assert_eq!(keyring.0.borrow().keys().collect::<Vec<_>>(), ["i-1/2"]);
    assert!(keyring.read("i-1/2").expect("the second secret") != before);
    let mut read = Slots::read(folder.path()).expect("read back");
    assert_eq!(read.open_with_keyring(&keyring).expect("opens"), Opened { key, slot: 2 });
}

/// Whatever was written when the machine stopped, the old opener or the new one opens.
#[test]
fn a_replacement_that_is_cut_off_between_two_writes_leaves_a_way_in() {
    let folder = tempfile::tempdir().expect("a folder");
    let keyring = Memory::default();
    let (mut slots, key) = made(folder.path(), &keyring);
    let files = || [FILE, PREVIOUS].map(|name| fs::read(folder.path().join(name)).expect("a file"));
    let before = files();
    let id = slots.add(&key, &NewSlot::Keyring(&keyring)).expect("the first half");
    let added = files();
    let both = keyring.0.borrow().clone();
    slots.remove(&key, id - 1, &keyring).expect("the second half");
    let after = files();
    let mut states = 0;
    // FILE and PREVIOUS at each step: PREVIOUS is written first when added and removed, and once more.
    for (current, previous) in [
        (&before[0], &before[1]),
        (&before[0], &added[1]),
        (&added[0], &added[1]),
        (&added[0], &added[0]),
        (&after[0], &added[0]),
        (&after[0], &after[1]),
    ] {
        fs::write(folder.path().join(FILE), current).expect("written");
        fs::write(folder.path().join(PREVIOUS), previous).expect("written");
        let mut read = Slots::read(folder.path()).expect("readable");
        let there = Memory(RefCell::new(both.clone()));
        assert_eq!(read.open_with_keyring(&there).expect("opens").key, key);
        states += 1;
    }
    assert_eq!(states, 6);
    assert_eq!(after[0], after[1], "what was taken away is in neither");
}

#[test]
fn what_opened_is_written_down_once_a_month_and_kinds_are_counted() {
    const DAY: i64 = 24 * 3600;
    let folder = tempfile::tempdir().expect("a folder");
    let keyring = Memory::default();
    let (mut slots, key) = made(folder.path(), &keyring);
    assert_eq!(slots.proven_kinds(), 0);
    slots.prove(&key, 1, 1000 * DAY).expect("proven");
    slots.prove(&key, 1, 1029 * DAY).expect("proven not long ago");
    let proven = |folder: &Path| Slots::read(folder).expect("readable").slots()[0].proven_at;
    assert_eq!(proven(folder.path()), Some(1000 * DAY));
    slots.prove(&key, 1, 1030 * DAY).expect("proven again");
    assert_eq!(proven(folder.path()), Some(1030 * DAY));
    slots.prove(&key, 1, 900 * DAY).expect("the clock was ahead");
    assert_eq!(proven(folder.path()), Some(900 * DAY));
    assert!(matches!(slots.prove(&key, 7, DAY), Err(SlotsError::NoSlot(_))));

    let second = slots.add(&key, &NewSlot::Keyring(&keyring)).expect("of the same kind");
    slots.prove(&key, second, DAY).expect("proven");
    assert_eq!(slots.proven_kinds(), 1, "two secrets in one keyring go together");
    let code = RecoveryCode::random().expect("random");
    let kit = slots.add(&key, &NewSlot::RecoveryKit(&code)).expect("a kit");
    assert_eq!(slots.proven_kinds(), 1, "nobody has read the paper yet");
    slots.prove(&key, kit, DAY).expect("proven");
    assert_eq!(slots.proven_kinds(), 2);
}

/// A file of before there were recovery kits: it opens, and is written as the new format only when
/// something is changed.
#[test]
fn a_file_of_the_first_format_opens() {
    let folder = tempfile::tempdir().expect("a folder");
    let keyring = Memory::default();
    keyring.write("i-1/1", &Secret::new([7; 32])).expect("written");
    for name in [FILE, PREVIOUS] {
        fs::write(folder.path().join(name), FIRST_FORMAT).expect("written");
    }
    let mut slots = Slots::read(folder.path()).expect("readable");
    let opened = slots.open_with_keyring(&keyring).expect("it opens");
    assert_eq!(opened.key, InstallationKey::new(Secret::new([9; 32])));
    assert_eq!(fs::read_to_string(folder.path().join(FILE)).expect("text"), FIRST_FORMAT);
    slots.prove(&opened.key, opened.slot, 1).expect("written");
    let mut read = Slots::read(folder.path()).expect("readable");
    assert_eq!(read.open_with_keyring(&keyring).expect("it opens").key, opened.key);
}

/// Written by the version that knew format 1: the installation's key is 32 times 9, the keyring's secret
/// 32 times 7.
const FIRST_FORMAT: &str = r#"{
  "format": 1,
  "installation": "i-1",
  "generation": 1,
  "next_id": 2,
  "slots": [
    {
      "id": 1,
      "kind": "keyring",
      "entry": "i-1/1",
      "sealed": "tsiN4Of0329SplKRjtE0QQ1cYRLrr9gOnTd1gA1n/Jc1+MQicmeqyiXuQI3S4dYjbn77yjKELnW6z56qzztjAoIaJlFOExoJ"
    }
  ],
  "mac": "c518719a63a7f8802668acf8c923054b721f87946b48c0af566bc6690e4d3882"
}"#;
