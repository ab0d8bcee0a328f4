//! Lists as offices have them.

use booqing_formats::Language;
use booqing_formats::clients::{
    Choice, ClientField, ClientsError, ClientsFile, ColumnName, Doubt, Options, Reason,
};
use booqing_model::Record;
use booqing_model::entities::Client;
use serde_json::json;

use crate::support::{client, ids, json, open, problems, rows, windows_1252};

#[test]
fn a_dutch_list_of_an_accounting_program() {
    let list = "Relatienr;Bedrijfsnaam;Voornaam;Tussenvoegsel;Achternaam;Straat;Huisnummer;Toevoeging;Postcode;Plaats;Land;E-mail;Telefoon;Mobiel;KvK-nummer;BTW-nummer;IBAN;Geboortedatum;Betalingstermijn;Taal;Labels;Opmerkingen;Openstaand\r\n\
        1001;Bakkerij Zoë B.V.;Zoë;de;Wit;Dorpsstraat;12;a;1234 AB;'s-Gravenhage;België;info@zoe.nl;070-1234567;06-12345678;12345678;NL123456782B90;NL91ABNA0417164300;;14 dagen;Nederlands;vip, bouw;\"Eerste\r\ntweede\";€ 1.234,56\r\n\
        1002;;Piet;;Jansen;Kerkweg;7;;4321 BA;Goes;;piet@jansen.nl;;0612345678;;;;31-01-1980;;;;;-12,50\r\n";
    let rows = rows(windows_1252(list));
    let company = json(rows[0].outcome.as_ref().expect("a client"));
    assert_eq!(
        company,
        json!({
            "kind": "company", "state": "active", "number": "1001",
            "company_name": "Bakkerij Zoë B.V.",
            "contacts": [{"key": "00000000-0001-7000-8000-000000000000", "name": "Zoë de Wit", "role": "other"}],
            "addresses": [{"key": "00000000-0002-7000-8000-000000000000", "kind": "visit",
                "street": "Dorpsstraat 12a", "postcode": "1234 AB", "city": "'s-Gravenhage", "country": "BE"}],
            "email": "info@zoe.nl", "phone": "070-1234567 / 06-12345678",
            "kvk_number": "12345678", "vat_number": "NL123456782B90", "iban": "NL91ABNA0417164300",
            "payment_days": 14, "language": "nl", "tags": ["bouw", "vip"], "note": "Eerste\ntweede",
        })
    );
    let person = rows[1].outcome.as_ref().expect("a client");
    assert_eq!(person.text("kind"), Some("person"));
    assert_eq!(person.text("birth_date"), Some("1980-01-31"));
    assert_eq!(person.text("phone"), Some("0612345678"));
    for row in &rows {
        let fields = row.outcome.as_ref().expect("a client");
        assert!(fields.to_entity::<Client>().is_ok());
        assert!(row.warnings.is_empty(), "{:?}", row.warnings);
        for (name, _) in fields.iter() {
            assert!(Client::TYPE.field(name).is_some(), "{name}");
        }
    }
    assert_eq!(rows[1].raw[22], "-12,50");
    let file = open(windows_1252(list)).expect("a list");
    let left_out: Vec<&str> = file
        .columns()
        .iter()
        .filter(|column| column.field.is_none())
        .map(|column| column.name.as_str())
        .collect();
    assert_eq!(left_out, ["Openstaand"]);
}

#[test]
fn an_english_list_with_full_names() {
    let list = "Customer number,Name,E-mail,Phone,Address,Zip code,City,Country,Birthday\n\
        C-1,Anna van der Berg,anna@example.com,+31 6 1234,1 Main St,12345,London,United Kingdom,1980-04-03\n\
        C-2,\"Jansen, Piet\",,,,,,,\n\
        C-3,Acme Ltd.,,,,,,,\n";
    let rows = rows(list);
    let fields = |at: usize| json(rows[at].outcome.as_ref().expect("a client"));
    assert_eq!(fields(0)["given_name"], "Anna");
    assert_eq!(fields(0)["infix"], "van der");
    assert_eq!(fields(0)["family_name"], "Berg");
    assert_eq!(fields(0)["addresses"][0]["country"], "GB");
    assert_eq!(fields(1)["given_name"], "Piet");
    assert_eq!(
        fields(2),
        json!({"kind": "company", "state": "active", "number": "C-3", "company_name": "Acme Ltd."})
    );
}

#[test]
fn what_makes_a_company() {
    for (list, name, value) in [
        ("Naam;Soort\nBakkerij Jansen;zakelijk", "company_name", "Bakkerij Jansen"),
        ("Achternaam;Voornaam;Soort\nJansen;Piet;zakelijk", "company_name", "Piet Jansen"),
        ("Naam;KvK\nBakkerij Jansen;12345678", "company_name", "Bakkerij Jansen"),
        ("Naam\nJansen B.V.", "company_name", "Jansen B.V."),
    ] {
        let fields = client(list);
        assert_eq!(
            (fields.text("kind"), fields.text(name)),
            (Some("company"), Some(value)),
            "{list}"
        );
    }
    for list in [
        "Naam;Soort\nPiet Jansen B.V.;particulier",
        "Naam\nPiet Jansen",
        "Voorletters;Naam\nP.;Jansen",
    ] {
        assert_eq!(client(list).text("kind"), Some("person"), "{list}");
    }
}

#[test]
fn contacts_and_other_addresses() {
    let fields = client(
        "Bedrijf;Contactpersoon;E-mail contactpersoon;Straat;Plaats;Postadres;Postadres plaats;Factuur postcode\n\
         Zon BV;Anna Berg;anna@zon.nl;Kade 1;Goes;Postbus 5;Ede;1234 AB\n",
    );
    let fields = json(&fields);
    assert_eq!(fields["contacts"][0]["name"], "Anna Berg");
    assert_eq!(fields["contacts"][0]["email"], "anna@zon.nl");
    assert_eq!(fields.get("email"), None);
    let kinds: Vec<_> =
        fields["addresses"].as_array().expect("a list").iter().map(|a| &a["kind"]).collect();
    assert_eq!(kinds, ["visit", "post", "invoice"]);
    assert_eq!(fields["addresses"][1]["street"], "Postbus 5");
    // Without a name of the contact the client is reached there.
    let fields = client("Bedrijf;Contactpersoon;E-mail contactpersoon\nZon BV;;anna@zon.nl\n");
    assert_eq!(fields.text("email"), Some("anna@zon.nl"));
}

#[test]
fn each_problem_of_a_row_is_told() {
    let problems = problems(
        "Naam;E-mail;Geboortedatum;Betalingstermijn;Land;Soort;Telefoon;Straat\n\
         Piet;geen adres;31-02-1980;veertien;Atlantis;reus;6,12346E+08;\"Kade\n1\"\n",
    );
    let found: Vec<_> =
        problems.iter().map(|problem| (problem.column.as_str(), problem.reason.code())).collect();
    assert_eq!(
        found,
        [
            ("Soort", "unknown_kind"),
            ("E-mail", "not_an_email"),
            ("Telefoon", "number_shortened"),
            ("Geboortedatum", "not_a_date"),
            ("Land", "unknown_country"),
            ("Straat", "control_character"),
            ("Betalingstermijn", "not_a_number_of_days"),
        ]
    );
    assert_eq!(problems[1].value, "geen adres");
    for problem in &problems {
        assert_eq!((problem.row, problem.line), (2, 2));
        let (dutch, english) =
            (problem.reason.sentence(Language::Nl), problem.reason.sentence(Language::En));
        assert!(dutch != english && dutch.ends_with('.') && english.ends_with('.'), "{dutch}");
    }
}

#[test]
fn a_row_without_a_name_or_with_the_number_of_another_is_rejected() {
    let rows = rows("Nr;Klantnummer;Naam;Plaats\n1;C-1;Anna;Goes\n2;c-1;Piet;Goes\n3;C-3;;Goes\n");
    let reason = |at: usize| rows[at].outcome.as_ref().expect_err("rejected")[0].clone();
    assert_eq!(reason(1).reason, Reason::SameNumber { row: 2 });
    assert_eq!((reason(1).column.as_str(), reason(1).value.as_str()), ("Klantnummer", "c-1"));
    assert_eq!((reason(2).reason, reason(2).column.as_str()), (Reason::NoName, "Naam"));
}

#[test]
fn doubts_do_not_stop_a_row() {
    let rows = rows(
        "Naam;IBAN;BTW;KvK;Telefoon;Taal\nZon BV;NL92ABNA0417164300;NL123;1234;612345678;Duits\n",
    );
    let doubts: Vec<_> = rows[0].warnings.iter().map(|warning| warning.doubt).collect();
    assert_eq!(doubts, [Doubt::LostZero, Doubt::Kvk, Doubt::Vat, Doubt::Iban, Doubt::Language]);
    assert_eq!(rows[0].warnings[3].value, "NL92ABNA0417164300");
    let fields = rows[0].outcome.as_ref().expect("a client");
    assert_eq!(fields.text("iban"), Some("NL92ABNA0417164300"));
    assert_eq!(fields.text("language"), None);
    for doubt in doubts {
        assert_ne!(doubt.sentence(Language::Nl), doubt.sentence(Language::En));
    }
}

#[test]
fn choices_say_what_names_do_not() {
    let list = "Wie;Waar;Naam\nPiet Jansen;Goes;x\n".as_bytes().to_vec();
    let choice = |name: &str, field| Choice { column: ColumnName::Named(name.to_owned()), field };
    let choices = vec![
        choice("wie", Some(ClientField::Name)),
        choice("Waar", ClientField::from_code("city")),
        choice("Naam", None),
    ];
    let options = Options { choices, ..Options::default() };
    let mut file = ClientsFile::open(std::io::Cursor::new(list), &options).expect("a list");
    let mut ids = ids();
    let row = file.rows(&mut ids).next().expect("a row").expect("a row");
    let fields = json(&row.outcome.expect("a client"));
    assert_eq!(
        (&fields["family_name"], &fields["addresses"][0]["city"]),
        (&json!("Jansen"), &json!("Goes"))
    );
}

#[test]
fn refusals_of_columns_have_sentences() {
    for (list, code, named) in [
        ("E-mail;Mail;Naam\na;b;c", "column_mapped_twice", "Mail"),
        ("Datum;E-mail\na;b", "no_name_column", "Datum"),
    ] {
        let error: ClientsError = open(list).expect_err("refused");
        assert_eq!(error.code(), code);
        assert!(error.sentence(Language::Nl).contains(named));
        assert!(error.sentence(Language::En).contains(named));
    }
}
