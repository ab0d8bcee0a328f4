//! Numbers that carry a check of their own. One that fails is a doubt and not a refusal: it is
//! kept as it was typed.

/// The letters and digits, in capitals.
fn compact(text: &str) -> String {
    text.chars().filter(char::is_ascii_alphanumeric).collect::<String>().to_ascii_uppercase()
}

/// Whether it is an account number whose check digits are right (ISO 13616, ISO 7064 mod 97-10).
pub(super) fn is_iban(text: &str) -> bool {
    let iban = compact(text);
    let (Some(head), Some(body)) = (iban.get(..4), iban.get(4..)) else { return false };
    let form = head.bytes().take(2).all(|byte| byte.is_ascii_uppercase())
        && head.bytes().skip(2).all(|byte| byte.is_ascii_digit())
        && (11..=30).contains(&body.len())
        && (!head.starts_with("NL") || iban.len() == 18);
    form && mod_97(&[body, head].concat()) == 1
}

/// The rest after division by 97, letters counted from 10.
fn mod_97(text: &str) -> u32 {
    text.chars().filter_map(|c| c.to_digit(36)).fold(0, |rest, digit| {
        if digit > 9 { (rest * 100 + digit) % 97 } else { (rest * 10 + digit) % 97 }
    })
}

/// Whether it has the form of a number of the Dutch trade register: eight digits.
pub(super) fn is_kvk(text: &str) -> bool {
    let digits = compact(text);
    digits.len() == 8 && digits.bytes().all(|byte| byte.is_ascii_digit())
}

/// Whether it can be a VAT number. A Dutch one has nine digits, `B`, and two digits, and passes the
/// test by 11 (companies) or by 97 (sole traders, since 2020); of others only the form is looked at.
pub(super) fn is_vat(text: &str) -> bool {
    let number = compact(text);
    let Some((country, rest)) = number.split_at_checked(2) else { return false };
    if !country.bytes().all(|byte| byte.is_ascii_uppercase()) {
        return false;
    }
    if country != "NL" {
        return (2..=12).contains(&rest.len());
    }
    let (Some(digits), Some(end)) = (rest.get(..9), rest.get(9..)) else { return false };
    let is_digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    let tail = end.strip_prefix('B').filter(|tail| tail.len() == 2 && is_digits(tail));
    is_digits(digits)
        && tail.is_some_and(|tail| tail != "00")
        && (passes_11(digits) || mod_97(&number) == 1)
}

fn passes_11(digits: &str) -> bool {
    let digits: Vec<u32> = digits.chars().filter_map(|c| c.to_digit(10)).collect();
    let Some((check, rest)) = digits.split_last() else { return false };
    let sum: u32 = rest.iter().zip((2..=9).rev()).map(|(digit, weight)| digit * weight).sum();
    sum % 11 == *check
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn account_numbers() {
        for good in [
            "NL91 ABNA 0417 1643 00",
            "nl91abna0417164300",
            "BE68539007547034",
            "DE89370400440532013000",
        ] {
            assert!(is_iban(good), "{good}");
        }
        for bad in ["NL92ABNA0417164300", "NL91ABNA041716430", "417164300", "", "éé", "NL"] {
            assert!(!is_iban(bad), "{bad}");
        }
    }

    #[test]
    fn vat_and_trade_register_numbers() {
        for good in ["NL123456782B90", "nl 1234.56.789.b13", "BE0123456749", "XI123456789"] {
            assert!(is_vat(good), "{good}");
        }
        for bad in ["NL123456789B14", "NL123456782B00", "123456782B90", "NL12345678", "", "N"] {
            assert!(!is_vat(bad), "{bad}");
        }
        assert!(is_kvk("12 34 56 78") && !is_kvk("1234567") && !is_kvk("1234567A"));
    }
}
