//! Which column holds what.

use std::collections::BTreeMap;

use super::ClientsError;
use super::field::{ClientField, folded};
use crate::visible::visible;

/// A column of the file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Column {
    /// Its name in the file; it may be empty.
    pub name: String,
    /// What it holds; nothing when it is not imported.
    pub field: Option<ClientField>,
}

/// A column in a choice.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ColumnName {
    /// Every column of that name, whatever its capitals, accents and punctuation.
    Named(String),
    /// The column at that place, from 0.
    At(usize),
}

/// What a person chose for a column. It goes before what the name of the column says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Choice {
    /// The column.
    pub column: ColumnName,
    /// What it holds; nothing to leave it out.
    pub field: Option<ClientField>,
}

/// The columns of each field, looked up once for the whole list.
pub(super) struct Layout {
    pub(super) columns: Vec<Column>,
    places: Vec<Vec<usize>>,
}

impl Layout {
    pub(super) fn new(columns: Vec<Column>) -> Self {
        let places_of = |field: &ClientField| {
            let held = columns.iter().enumerate();
            held.filter(|(_, column)| column.field == Some(*field))
                .map(|(place, _)| place)
                .collect()
        };
        let places = ClientField::ALL.iter().map(places_of).collect();
        Self { columns, places }
    }

    /// The places of the columns that hold a field.
    pub(super) fn places(&self, field: ClientField) -> &[usize] {
        // The fields are declared in the order of the list of all.
        self.places.get(field as usize).map(Vec::as_slice).unwrap_or_default()
    }
}

/// What each column holds: as chosen, and by its name for the others.
///
/// # Errors
/// [`ClientsError::UnknownColumn`] for a choice about a column that is not there,
/// [`ClientsError::MappedTwice`] when two columns would hold one field,
/// [`ClientsError::NoName`] when no column holds a name.
pub fn map_columns(header: &[String], choices: &[Choice]) -> Result<Vec<Column>, ClientsError> {
    let chosen = chosen(header, choices)?;
    let taken: Vec<ClientField> = chosen.iter().filter_map(|choice| (*choice)?).collect();
    let mut columns: Vec<Column> = header
        .iter()
        .zip(&chosen)
        .map(|(name, choice)| {
            let free = |field: &ClientField| !taken.contains(field) || field.takes_several();
            let field =
                choice.unwrap_or_else(|| ClientField::of_column(name).filter(|field| free(field)));
            Column { name: name.clone(), field }
        })
        .collect();
    name_is_family_name(&mut columns, &chosen);
    check_twice(&columns)?;
    let is_name = |field| {
        use ClientField as F;
        matches!(field, F::Name | F::FamilyName | F::GivenName | F::Initials | F::CompanyName)
    };
    if columns.iter().filter_map(|column| column.field).any(is_name) {
        return Ok(columns);
    }
    let names = columns.iter().map(|column| visible(&column.name)).collect();
    Err(ClientsError::NoName { columns: names })
}

/// The choice about each column: nothing, to leave it out, or a field.
fn chosen(
    header: &[String],
    choices: &[Choice],
) -> Result<Vec<Option<Option<ClientField>>>, ClientsError> {
    let mut chosen = vec![None; header.len()];
    for choice in choices {
        let is_meant = |(place, name): (usize, &String)| match &choice.column {
            ColumnName::Named(wanted) => {
                name == wanted || (!folded(wanted).is_empty() && folded(wanted) == folded(name))
            }
            ColumnName::At(wanted) => place == *wanted,
        };
        let mut found = false;
        for (slot, column) in chosen.iter_mut().zip(header.iter().enumerate()) {
            if is_meant(column) {
                (*slot, found) = (Some(choice.field), true);
            }
        }
        if !found {
            let column = match &choice.column {
                ColumnName::Named(name) => visible(name),
                ColumnName::At(place) => (place + 1).to_string(),
            };
            return Err(ClientsError::UnknownColumn { column });
        }
    }
    Ok(chosen)
}

/// Beside a column of given names and without one of family names, `Naam` is the family name.
fn name_is_family_name(columns: &mut [Column], chosen: &[Option<Option<ClientField>>]) {
    use ClientField as F;
    let has = |columns: &[Column], field| columns.iter().any(|column| column.field == Some(field));
    let has_given = has(columns, F::GivenName) || has(columns, F::Initials);
    if !has_given || has(columns, F::FamilyName) {
        return;
    }
    for (column, choice) in columns.iter_mut().zip(chosen) {
        if choice.is_none() && matches!(folded(&column.name).as_str(), "naam" | "name") {
            column.field = Some(F::FamilyName);
        }
    }
}

fn check_twice(columns: &[Column]) -> Result<(), ClientsError> {
    let mut first: BTreeMap<ClientField, &str> = BTreeMap::new();
    for column in columns {
        let Some(field) = column.field.filter(|field| !field.takes_several()) else { continue };
        if let Some(first) = first.insert(field, &column.name) {
            return Err(ClientsError::MappedTwice {
                field,
                first: visible(first),
                second: visible(&column.name),
            });
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fields(
        header: &[&str],
        choices: &[Choice],
    ) -> Result<Vec<Option<ClientField>>, ClientsError> {
        let header: Vec<String> = header.iter().map(|name| (*name).to_owned()).collect();
        Ok(map_columns(&header, choices)?.into_iter().map(|column| column.field).collect())
    }

    fn choice(name: &str, field: Option<ClientField>) -> Choice {
        Choice { column: ColumnName::Named(name.to_owned()), field }
    }

    #[test]
    fn two_columns_for_one_field_are_named() {
        let error = fields(&["Naam", "E-mail", "Mailadres"], &[]).expect_err("twice");
        let ClientsError::MappedTwice { field, first, second } = error else { panic!("{error}") };
        assert_eq!(
            (field, first.as_str(), second.as_str()),
            (ClientField::Email, "E-mail", "Mailadres")
        );
        assert!(fields(&["Naam", "Notitie", "Opmerkingen", "Telefoon", "Mobiel"], &[]).is_ok());
    }

    #[test]
    fn a_choice_goes_before_a_name() {
        use ClientField as F;
        let choices = [choice("mailadres", Some(F::Email)), choice("Naam", None)];
        let header = ["Naam", "E-mail", "Mailadres", "Achternaam"];
        assert_eq!(
            fields(&header, &choices).expect("mapped"),
            [None, None, Some(F::Email), Some(F::FamilyName)]
        );
        let error = fields(&["Naam"], &[choice("Mail", None)]).expect_err("not there");
        assert!(matches!(error, ClientsError::UnknownColumn { column } if column == "Mail"));
        let at = Choice { column: ColumnName::At(1), field: Some(F::Name) };
        assert_eq!(fields(&["", ""], &[at]).expect("mapped"), [None, Some(F::Name)]);
    }

    #[test]
    fn a_name_beside_a_given_name_is_a_family_name() {
        use ClientField as F;
        let mapped = fields(&["Naam", "Voornaam"], &[]).expect("mapped");
        assert_eq!(mapped, [Some(F::FamilyName), Some(F::GivenName)]);
        let mapped = fields(&["Naam", "Voornaam", "Achternaam"], &[]).expect("mapped");
        assert_eq!(mapped, [Some(F::Name), Some(F::GivenName), Some(F::FamilyName)]);
    }

    #[test]
    fn a_list_without_names_is_refused() {
        let error = fields(&["Datum", "E-mail"], &[]).expect_err("no name");
        assert!(
            matches!(error, ClientsError::NoName { columns } if columns == ["Datum", "E-mail"])
        );
    }
}
