//! Numbers that look real, pass their checks, and belong to nobody.
//!
//! Account numbers name a bank that does not exist. Numbers of companies lie where none were given
//! out. Telephone numbers come from the ranges that regulators keep free for films and books, or
//! begin with digits with which no number begins.

use super::rng::Rng;

fn digits(rng: &mut Rng, count: usize) -> Vec<u32> {
    (0..count).map(|_| rng.below(10) as u32).collect()
}

fn written(digits: &[u32]) -> String {
    digits.iter().map(ToString::to_string).collect()
}

/// The remainder by 97 of a text in which letters count from A = 10 (ISO 7064, as in IBAN).
pub(super) fn mod_97(text: &str) -> u32 {
    text.chars().filter_map(|c| c.to_digit(36)).fold(0, |rest, value| {
        let shifted = if value < 10 { rest * 10 } else { rest * 100 };
        (shifted + value) % 97
    })
}

/// A Dutch account number (ISO 13616) at the bank `DEMO`, which does not exist.
pub(super) fn iban(rng: &mut Rng) -> String {
    let account = written(&digits(rng, 10));
    let check = 98 - mod_97(&format!("DEMO{account}NL00"));
    format!("NL{check:02}DEMO{account}")
}

/// A number in the form of the Dutch trade register. None begins with `00`.
pub(super) fn kvk(rng: &mut Rng) -> String {
    format!("00{}", written(&digits(rng, 6)))
}

/// A VAT number with the check digits of its country; `None` where this file knows no rule.
pub(super) fn vat(rng: &mut Rng, country: &str) -> Option<String> {
    match country {
        "NL" => Some(vat_nl(rng)),
        "BE" => {
            let body = 9_900_000 + rng.below(100_000) as u32;
            Some(format!("BE0{body}{:02}", 97 - body % 97))
        }
        "DE" => Some(vat_de(rng)),
        "FR" => Some(vat_fr(rng)),
        "GB" => Some(vat_gb(rng)),
        _ => None,
    }
}

/// Nine digits of which the weighted sum is divisible by 11, the last counting negatively.
fn vat_nl(rng: &mut Rng) -> String {
    loop {
        let mut number = vec![9, 9];
        number.extend(digits(rng, 6));
        let sum: u32 = number.iter().zip((2..=9).rev()).map(|(digit, weight)| digit * weight).sum();
        if sum % 11 < 10 {
            return format!("NL{}{}B01", written(&number), sum % 11);
        }
    }
}

/// Eight digits and the check digit of ISO 7064 MOD 11,10.
fn vat_de(rng: &mut Rng) -> String {
    let mut number = vec![9, 9];
    number.extend(digits(rng, 6));
    let product = number.iter().fold(10, |product, digit| {
        let sum = (digit + product) % 10;
        (2 * if sum == 0 { 10 } else { sum }) % 11
    });
    format!("DE{}{}", written(&number), (11 - product) % 10)
}

/// A key of two digits before nine digits that pass the check of Luhn.
fn vat_fr(rng: &mut Rng) -> String {
    let mut number = vec![9, 9];
    number.extend(digits(rng, 6));
    let sum: u32 = number
        .iter()
        .enumerate()
        .map(|(at, digit)| if at % 2 == 0 { *digit } else { digit * 2 / 10 + digit * 2 % 10 })
        .sum();
    number.push((10 - sum % 10) % 10);
    let siren = number.iter().fold(0, |value: u64, digit| value * 10 + u64::from(*digit));
    format!("FR{:02}{}", (12 + 3 * (siren % 97)) % 97, written(&number))
}

/// Seven digits and two that bring the weighted sum to a multiple of 97.
fn vat_gb(rng: &mut Rng) -> String {
    let mut number = vec![9, 9];
    number.extend(digits(rng, 5));
    let sum: u32 = number.iter().zip((2..=8).rev()).map(|(digit, weight)| digit * weight).sum();
    format!("GB{}{:02}", written(&number), 97 - sum % 97)
}

/// A telephone number that reaches nobody.
///
/// Ofcom, the Bundesnetzagentur and Arcep each keep ranges free for fiction. The Netherlands and
/// Belgium do not; there no subscriber's number begins with a zero.
pub(super) fn phone(rng: &mut Rng, country: &str, mobile: bool) -> String {
    let pair = |rng: &mut Rng| format!("{:02}", rng.below(100));
    let three = |rng: &mut Rng| format!("{:03}", rng.below(1000));
    match (country, mobile) {
        ("GB", true) => format!("+44 7700 900{}", three(rng)),
        ("GB", false) => format!("+44 20 7946 0{}", three(rng)),
        ("DE", _) => {
            let area = rng.pick(&["30 23125", "40 66969", "69 90009", "89 99998"]);
            format!("+49 {area} {}", three(rng))
        }
        ("FR", true) => format!("+33 6 39 98 {} {}", pair(rng), pair(rng)),
        ("FR", false) => format!("+33 1 99 00 {} {}", pair(rng), pair(rng)),
        ("BE", true) => format!("+32 400 00 {} {}", pair(rng), pair(rng)),
        ("BE", false) => format!("+32 2 000 {} {}", pair(rng), pair(rng)),
        (_, true) => format!("06 00 {} {} {}", pair(rng), pair(rng), pair(rng)),
        (_, false) => {
            let area = rng.pick(&["010", "020", "030", "040", "050", "070"]);
            format!("{area} 000 {} {}", pair(rng), pair(rng))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::rng::Stream;
    use super::*;

    #[test]
    fn the_check_of_account_numbers_is_the_published_one() {
        assert_eq!(mod_97("WEST12345698765432GB82"), 1);
        let mut rng = Rng::of(1, Stream::Client, 0);
        for _ in 0..200 {
            let iban = iban(&mut rng);
            let (head, rest) = iban.split_at(4);
            assert_eq!(mod_97(&format!("{rest}{head}")), 1, "{iban}");
            assert!(iban.len() == 18 && iban.contains("DEMO"), "{iban}");
        }
    }

    #[test]
    fn vat_numbers_pass_the_check_of_their_country() {
        let mut rng = Rng::of(1, Stream::Client, 1);
        let value = |text: &str| text.parse::<u64>().expect("digits");
        for _ in 0..200 {
            let nl = vat(&mut rng, "NL").expect("a number");
            let weights = [9, 8, 7, 6, 5, 4, 3, 2, -1];
            let sum: i64 = nl[2..11]
                .chars()
                .zip(weights)
                .map(|(digit, weight)| i64::from(digit.to_digit(10).expect("a digit")) * weight)
                .sum();
            assert_eq!(sum % 11, 0, "{nl}");
            let be = vat(&mut rng, "BE").expect("a number");
            assert_eq!((value(&be[2..10]) + value(&be[10..12])) % 97, 0, "{be}");
            assert_eq!(be.len(), 12);
            let fr = vat(&mut rng, "FR").expect("a number");
            assert_eq!(value(&fr[2..4]), (12 + 3 * (value(&fr[4..13]) % 97)) % 97, "{fr}");
            assert_eq!(vat(&mut rng, "GB").expect("a number").len(), 11);
            assert_eq!(vat(&mut rng, "DE").expect("a number").len(), 11);
        }
        assert_eq!(vat(&mut rng, "XX"), None);
    }
}
