use std::cell::RefCell;
use std::collections::BTreeMap;
use std::fs;

use super::*;

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

    let read = Slots::read(folder.path()).expect("read back");
    assert_eq!(read.open_with_keyring(&keyring).expect("the keyring opens"), key);
    assert_eq!(read.open_with_passphrase(&passphrase()).expect("the passphrase opens"), key);

    keyring.0.borrow_mut().clear();
    assert!(matches!(
        read.open_with_keyring(&keyring),
        Err(SlotsError::Keyring(KeyringError::NoEntry))
    ));
    assert_eq!(read.open_with_passphrase(&passphrase()).expect("still opens"), key);
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
        let opened = Slots::read(folder.path()).and_then(|slots| slots.open_with_keyring(&keyring));
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
        let read = Slots::read(folder.path()).expect("the generation before");
        assert_eq!(read.open_with_keyring(&keyring).expect("opens"), key);
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
    assert_eq!(read.open_with_keyring(&keyring).expect("the other generation opens"), key);

    let mut other = Slots::read(folder.path()).expect("read");
    other.content = read_generation(folder.path(), PREVIOUS).expect("the good one").content;
    read = other;
    read.add(&key, &NewSlot::Passphrase(&passphrase())).expect("a slot more");
    for name in [FILE, PREVIOUS] {
        let generation = read_generation(folder.path(), name).expect("readable");
        assert_eq!(generation.try_keyring(&keyring).expect("opens"), key, "{name}");
    }
}

#[test]
fn a_newer_file_is_refused_and_not_replaced_by_an_older_generation() {
    let folder = tempfile::tempdir().expect("a folder");
    let keyring = Memory::default();
    let (mut slots, key) = made(folder.path(), &keyring);
    slots.add(&key, &NewSlot::Passphrase(&passphrase())).expect("a second generation");
    fs::write(folder.path().join(FILE), b"{\"format\":2,\"shape\":\"unknown\"}").expect("written");
    assert!(matches!(Slots::read(folder.path()), Err(SlotsError::Newer { found: 2, .. })));
}

#[test]
fn a_removed_slot_is_gone_from_both_generations_and_the_last_one_stays() {
    let folder = tempfile::tempdir().expect("a folder");
    let keyring = Memory::default();
    let (mut slots, key) = made(folder.path(), &keyring);
    let second = slots.add(&key, &NewSlot::Passphrase(&passphrase())).expect("a second slot");
    assert!(matches!(slots.remove(&key, 99), Err(SlotsError::NoSlot(_))));
    slots.remove(&key, second).expect("removed");
    for name in [FILE, PREVIOUS] {
        let generation = read_generation(folder.path(), name).expect("readable");
        assert_eq!(generation.slots().len(), 1, "{name}");
    }
    assert!(matches!(slots.remove(&key, 1), Err(SlotsError::LastSlot)));
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
