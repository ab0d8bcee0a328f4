use super::*;

/// 0, 1, 2 … 25.
fn code() -> RecoveryCode {
    RecoveryCode(Zeroizing::new(std::array::from_fn(|index| index as u8)))
}

/// Computed with Python: `sum(i * 32 ** (27 - i) for i in range(26)) % 1021`.
#[test]
fn the_paper_has_seven_groups_of_four_and_the_last_two_characters_check_the_rest() {
    assert_eq!(code().text().as_str(), "0123-4567-89AB-CDEF-GHJK-MNPQ-RSRB");
    assert_eq!(RecoveryCode::parse(&code().text()), Ok(code()));
    assert_eq!(format!("{:?}", code()), "RecoveryCode([redacted])");
}

#[test]
fn it_is_read_as_people_write() {
    for typed in [
        "0123456789ABCDEFGHJKMNPQRSRB",
        " 0123 4567 89ab cdef\nghjk mnpq rsrb ",
        "oI23-4567-89AB-CDEF-GHJK-MNPQ-RSRB",
        "Ol234567-89AB-CDEF-GHJK-MNPQ-RSRB",
    ] {
        assert_eq!(RecoveryCode::parse(typed), Ok(code()), "{typed}");
    }
}

#[test]
fn every_wrong_character_and_every_pair_that_changed_places_is_found() {
    let text: Vec<char> = code().text().chars().filter(|character| *character != '-').collect();
    let parse = |characters: &[char]| RecoveryCode::parse(&characters.iter().collect::<String>());
    for index in 0..text.len() {
        for digit in DIGITS.iter().map(|digit| char::from(*digit)) {
            let mut wrong = text.clone();
            wrong[index] = digit;
            let expected =
                if digit == text[index] { Ok(code()) } else { Err(RecoveryCodeError::Check) };
            assert_eq!(parse(&wrong), expected, "{digit} at {index}");
        }
        for apart in 1..=2 {
            let mut wrong = text.clone();
            if index + apart < text.len() && text[index] != text[index + apart] {
                wrong.swap(index, index + apart);
                assert_eq!(parse(&wrong), Err(RecoveryCodeError::Check), "{index} and {apart} on");
            }
        }
        assert_eq!(parse(&text[..index]), Err(RecoveryCodeError::Length { found: index }));
    }
    let mut longer = text.clone();
    longer.push('0');
    assert_eq!(parse(&longer), Err(RecoveryCodeError::Length { found: 29 }));
    let place = Position { group: 2, in_group: 3 };
    let refused = RecoveryCode::parse("0123-45U7-89AB");
    assert_eq!(refused, Err(RecoveryCodeError::Character(place)));
    assert!(!refused.expect_err("refused").to_string().contains('U'), "no part of a secret");
}

#[test]
fn two_are_never_the_same_and_every_character_comes_up() {
    let mut seen = std::collections::BTreeSet::new();
    for _ in 0..100 {
        let text = RecoveryCode::random().expect("random").text();
        assert_eq!(text.len(), 34);
        seen.extend(text.chars());
    }
    assert_eq!(seen.len(), 33, "32 characters and a hyphen");
    assert!(RecoveryCode::random().expect("one") != RecoveryCode::random().expect("another"));
}

#[test]
fn three_characters_of_three_groups_are_asked_and_only_they_answer() {
    let mut asked = std::collections::BTreeSet::new();
    for _ in 0..500 {
        let places = RecoveryCode::places().expect("random");
        let [one, two, three] = places;
        assert!(one.group < two.group && two.group < three.group && three.group <= 7);
        assert!(places.iter().all(|place| (1..=4).contains(&place.in_group)));
        asked.extend(places.map(|place| (place.group, place.in_group)));
    }
    assert_eq!(asked.len(), RecoveryCode::LENGTH, "every character is asked for some time");

    let places = [1, 3, 7].map(|group| Position { group, in_group: 4 });
    assert!(code().has(&places, "3bb") && code().has(&places, "3, B, B"));
    for wrong in ["", "3", "3b", "3bc", "3bbb", "bb3", "U"] {
        assert!(!code().has(&places, wrong), "{wrong}");
    }
}

/// The derivation may never change: papers lie in safes for years. Computed with Python's `hmac`: HKDF
/// (RFC 5869, SHA-256, no salt) over the bytes 0 to 25.
#[test]
fn the_derivation_is_frozen() {
    let hex: String = code().key().expose().iter().map(|byte| format!("{byte:02x}")).collect();
    assert_eq!(hex, KEY_OF_ZERO_TO_TWENTY_FIVE);
}

const KEY_OF_ZERO_TO_TWENTY_FIVE: &str =
    "12cfca39a950e388dd4f1fff8e077360608946275cdc4c10c3b2432e403ab6ce";
