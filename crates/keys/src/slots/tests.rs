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
        match self.0.borrow_mut().insert(name.to_owned(), secret.clone()) {
            Some(_) => Err(KeyringError::Occupied),
            None => Ok(()),
        }
    }

    fn forget(&self, name: &str) -> Result<(), KeyringError> {
        self.0.borrow_mut().remove(name).map(|_| ()).ok_or(KeyringError::NoEntry)
    }
}

fn passphrase() -> Passphrase {
    Passphrase::new("correct horse battery".to_owned())
}

/// The names in the keyring of the slots there are.
fn entries(slots: &Slots) -> Vec<String> {
    let entry = |slot: &Slot| match &slot.kind {
        SlotKind::Keyring { entry } => Some(entry.clone()),
        _ => None,
    };
    slots.slots().iter().filter_map(entry).collect()
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
    assert_eq!(by_passphrase, Opened { key: key.clone(), slot: 2, restored: false });

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

/// Whatever is damaged in one generation, the other one opens, is put in its place and says so.
#[test]
fn any_damage_of_one_generation_gives_way_to_the_other() {
    let folder = tempfile::tempdir().expect("a folder");
    let keyring = Memory::default();
    let (mut slots, key) = made(folder.path(), &keyring);
    slots.add(&key, &NewSlot::RecoveryKit(&RecoveryCode::random().expect("random"))).expect("two");
    let path = folder.path().join(FILE);
    let (whole, previous) = (fs::read(&path).expect("it"), fs::read(folder.path().join(PREVIOUS)));
    let previous = previous.expect("the one before");
    let mut restored = 0;
    for index in 0..whole.len() {
        let mut changed = whole.clone();
        changed[index] ^= 2;
        fs::write(&path, &changed).expect("changed");
        let read = Slots::read(folder.path());
        if matches!(read, Err(SlotsError::Newer { .. })) {
            // One digit of the format: it is not overwritten by an older one.
            continue;
        }
        let opened = read.and_then(|mut slots| slots.open_with_keyring(&keyring)).expect("opens");
        assert_eq!(opened.key, key, "byte {index}");
        if opened.restored {
            assert_eq!(fs::read(&path).expect("restored"), previous, "byte {index}");
            assert_eq!(fs::read(folder.path().join("slots.damaged.json")).expect("kept"), changed);
            restored += 1;
        } else {
            assert_eq!(Slots::read(folder.path()).expect("read").content, slots.content);
        }
    }
    assert!(restored * 10 > whole.len() * 7, "{restored} of {}", whole.len());
}

#[test]
fn a_slot_taken_out_of_the_file_is_noticed() {
    let folder = tempfile::tempdir().expect("a folder");
    let keyring = Memory::default();
    let (mut slots, key) = made(folder.path(), &keyring);
    slots.add(&key, &NewSlot::Passphrase(&passphrase())).expect("a second slot");
    let mut fewer = slots.clone();
    fewer.content.slots.pop();
    for name in [FILE, PREVIOUS] {
        let bytes = fewer.bytes().expect("bytes");
        fs::write(folder.path().join(name), bytes).expect("written");
    }
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
        let opened = read.open_with_keyring(&keyring).expect("opens");
        assert_eq!((opened.key, opened.restored), (key.clone(), true));
        let mut again = Slots::read(folder.path()).expect("whole again");
        assert!(!again.open_with_keyring(&keyring).expect("opens").restored);
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
    slots.replace(&key, &NewSlot::RecoveryKit(&code), None).expect("a kit");
    keyring.0.borrow_mut().clear();
    let mut read = Slots::read(folder.path()).expect("read back");
    assert_eq!(read.open_with_recovery_kit(&code).expect("it opens").key, key);

    let other = RecoveryCode::random().expect("random");
    read.replace(&key, &NewSlot::RecoveryKit(&other), Some(7)).expect("another kit");
    for name in [FILE, PREVIOUS] {
        let mut generation = read_generation(folder.path(), name).expect("readable");
        let refused = generation.open_with_recovery_kit(&code);
        assert!(matches!(refused, Err(SlotsError::WrongRecoveryKit)), "{name}");
        assert_eq!(generation.open_with_recovery_kit(&other).expect("opens").key, key, "{name}");
        assert!(generation.fits_recovery_kit(&key, &code).is_err(), "{name}");
    }
}

#[test]
fn a_new_secret_in_the_keyring_takes_the_place_of_the_old_one_and_of_nobody_elses() {
    let folder = tempfile::tempdir().expect("a folder");
    let keyring = Memory::default();
    let (mut slots, key) = made(folder.path(), &keyring);
    let [before] = entries(&slots).try_into().expect("one entry");
    let before: String = before;
    slots.replace(&key, &NewSlot::Keyring(&keyring), None).expect("another secret");
    assert_eq!(keyring.0.borrow().keys().cloned().collect::<Vec<_>>(), entries(&slots));
    assert_ne!(entries(&slots), [before]);
    let mut read = Slots::read(folder.path()).expect("read back");
    let opened = read.open_with_keyring(&keyring).expect("opens");
    assert_eq!(opened, Opened { key: key.clone(), slot: 2, restored: false });

    // Another program's entry under our name is told, and stays.
    let foreign = Secret::new([9; 32]);
    let [ours] = entries(&slots).try_into().expect("one entry");
    let ours: String = ours;
    keyring.0.borrow_mut().insert(ours.clone(), foreign.clone());
    slots.replace(&key, &NewSlot::Keyring(&keyring), None).expect("a third");
    assert_eq!(keyring.read(&ours), Ok(foreign));
    assert_eq!(slots.open_with_keyring(&keyring).expect("opens").key, key);
}

/// What an attempt left in the keyring that was cut off is in the way of no other.
#[test]
fn an_attempt_that_was_cut_off_before_the_file_was_written_is_made_again() {
    let folder = tempfile::tempdir().expect("a folder");
    let keyring = Memory::default();
    let (slots, key) = made(folder.path(), &keyring);
    let before = [FILE, PREVIOUS].map(|name| fs::read(folder.path().join(name)).expect("a file"));
    slots.clone().replace(&key, &NewSlot::Keyring(&keyring), None).expect("as if cut off");
    for (name, bytes) in [FILE, PREVIOUS].iter().zip(before) {
        fs::write(folder.path().join(name), bytes).expect("put back");
    }
    let mut slots = slots;
    slots.replace(&key, &NewSlot::Keyring(&keyring), None).expect("made again");
    assert_eq!(slots.open_with_keyring(&keyring).expect("opens").key, key);
}

/// Whatever was written when the machine stopped, one of the two openers opens: the old one before the new one
/// stands in the file that is read, and only the new one afterwards.
#[test]
fn a_replacement_that_is_cut_off_leaves_a_way_in_and_no_old_one() {
    let folder = tempfile::tempdir().expect("a folder");
    let keyring = Memory::default();
    let (mut slots, key) = made(folder.path(), &keyring);
    let [old, new] = [7, 8].map(|seed| Passphrase::new(format!("lantaarn wortel zeilboot {seed}")));
    slots.add(&key, &NewSlot::Passphrase(&old)).expect("the old one");
    let files = || [FILE, PREVIOUS].map(|name| fs::read(folder.path().join(name)).expect("a file"));
    let before = files();
    slots.replace(&key, &NewSlot::Passphrase(&new), None).expect("the new one");
    let after = files();
    assert_eq!(after[0], after[1]);
    for (current, previous, old_opens) in [
        (&before[0], &before[1], true),
        (&before[0], &after[1], true),
        (&after[0], &after[1], false),
    ] {
        fs::write(folder.path().join(FILE), current).expect("written");
        fs::write(folder.path().join(PREVIOUS), previous).expect("written");
        let opens = |passphrase: &Passphrase| {
            let mut read = Slots::read(folder.path()).expect("readable");
            read.open_with_passphrase(passphrase).map(|opened| opened.key).ok()
        };
        assert_eq!(opens(&old), old_opens.then(|| key.clone()));
        assert!(old_opens || opens(&new) == Some(key.clone()));
        let mut read = Slots::read(folder.path()).expect("readable");
        assert_eq!(read.open_with_keyring(&keyring).expect("the other slot").key, key);
    }
}

#[test]
fn what_opened_is_written_down_once_a_day_and_kinds_are_counted() {
    const DAY: i64 = 24 * 3600;
    let folder = tempfile::tempdir().expect("a folder");
    let keyring = Memory::default();
    let (mut slots, key) = made(folder.path(), &keyring);
    assert_eq!(slots.proven_kinds(), 0);
    slots.prove(&key, 1, 1000 * DAY).expect("proven");
    slots.prove(&key, 1, 1001 * DAY - 1).expect("proven not long ago");
    let proven = |folder: &Path| Slots::read(folder).expect("readable").slots()[0].proven_at;
    assert_eq!(proven(folder.path()), Some(1000 * DAY));
    slots.prove(&key, 1, 1001 * DAY).expect("proven again");
    assert_eq!(proven(folder.path()), Some(1001 * DAY));
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
    slots.doubt_keyring(&key).expect("it has failed");
    assert_eq!(slots.proven_kinds(), 1, "it no longer counts");
    keyring.0.borrow_mut().clear();
    assert!(!slots.fits_keyring(&key, &keyring));
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
