//! How the last day of a term follows, step by step, in sentences.

use booqing_retention::explain::{PolicyExplanation, Step};
use booqing_retention::policy::Trigger;

use crate::Language;
use crate::words::{self, Style};

/// How the day follows, in sentences.
pub(super) fn steps(style: &Style, policy: &PolicyExplanation) -> Vec<String> {
    policy.steps.iter().map(|step| step_sentence(style, step)).collect()
}

fn step_sentence(style: &Style, step: &Step) -> String {
    let day = |date| style.day(date);
    match (style.language, step) {
        (Language::En, Step::LawVersion { valid_from, .. }) => match valid_from {
            Some(from) => format!("The law as it stands since {} applies.", day(*from)),
            None => "The law as it always stood applies.".to_owned(),
        },
        (Language::Nl, Step::LawVersion { valid_from, .. }) => match valid_from {
            Some(from) => format!("De wet zoals die sinds {} luidt is van toepassing.", day(*from)),
            None => "De wet zoals die altijd luidde is van toepassing.".to_owned(),
        },
        (Language::En, Step::Trigger { trigger, date, .. }) => {
            format!("The term starts with {}: {}.", trigger_name(style, *trigger), day(*date))
        }
        (Language::Nl, Step::Trigger { trigger, date, .. }) => {
            format!("De termijn begint bij {}: {}.", trigger_name(style, *trigger), day(*date))
        }
        (Language::En, Step::Waiting { trigger, .. }) => {
            format!("The term waits for {}.", trigger_name(style, *trigger))
        }
        (Language::Nl, Step::Waiting { trigger, .. }) => {
            format!("De termijn wacht op {}.", trigger_name(style, *trigger))
        }
        (Language::En, Step::Rounded { to, .. }) => {
            format!("It counts from the end of that year, {}.", day(*to))
        }
        (Language::Nl, Step::Rounded { to, .. }) => {
            format!("Er wordt geteld vanaf het einde van dat jaar, {}.", day(*to))
        }
        (Language::En, Step::CarefulRounding { to }) => {
            format!("The office counts from the end of the calendar year, {}.", day(*to))
        }
        (Language::Nl, Step::CarefulRounding { to }) => {
            format!("Het kantoor telt vanaf het einde van het kalenderjaar, {}.", day(*to))
        }
        (Language::En, Step::Added { length, to, .. }) => {
            format!("{} later is {}.", length_text(style, *length), day(*to))
        }
        (Language::Nl, Step::Added { length, to, .. }) => {
            format!("{} later is {}.", length_text(style, *length), day(*to))
        }
        (Language::En, Step::Lengthened { length, reason, to }) => {
            format!(
                "The office keeps it {}: {reason}. That is until {}.",
                length_text(style, *length),
                day(*to)
            )
        }
        (Language::Nl, Step::Lengthened { length, reason, to }) => {
            format!(
                "Het kantoor bewaart het {}: {reason}. Dat is tot {}.",
                length_text(style, *length),
                day(*to)
            )
        }
    }
}

fn length_text(style: &Style, length: booqing_retention::Length) -> String {
    match (style.language, length.whole_years()) {
        (Language::En, Some(1)) => "1 year".to_owned(),
        (Language::En, Some(years)) => format!("{years} years"),
        (Language::Nl, Some(years)) => format!("{years} jaar"),
        (Language::En, None) => format!("{} months", length.months()),
        (Language::Nl, None) => format!("{} maanden", length.months()),
    }
}

fn trigger_name(style: &Style, trigger: Trigger) -> &'static str {
    let (english, dutch) = match trigger {
        Trigger::FiscalYearEnd => ("the end of the fiscal year", "het einde van het boekjaar"),
        Trigger::LossOfCurrentValue => {
            ("the loss of current value", "het verlies van actuele waarde")
        }
        Trigger::FirstUseYear => ("the first use", "de eerste ingebruikneming"),
        Trigger::TransactionYear => ("the transaction", "de transactie"),
        Trigger::LatestTransaction => ("the latest transaction", "de laatste transactie"),
        Trigger::LastEntry => ("the last entry in the books", "de laatste boeking in de boeken"),
        Trigger::TaxDueYear => {
            ("the day the tax was due", "de dag waarop de belasting verschuldigd was")
        }
        Trigger::DocumentDate => ("the date of the document", "de datum van het document"),
        Trigger::ContractEnd => ("the end of the contract", "het einde van het contract"),
        Trigger::ConsentWithdrawal => {
            ("the withdrawal of consent", "de intrekking van de toestemming")
        }
        Trigger::Request => ("the request of the person", "het verzoek van de persoon"),
    };
    words::pick(style.language, english, dutch)
}
