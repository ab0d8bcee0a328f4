//! Between the values of a record and the columns of its table.

use booqing_model::field::{Field, Kind, RecordType};
use booqing_model::{Fields, Id};
use rusqlite::types::{ToSqlOutput, Value as Sql, ValueRef};
use serde_json::Value;

use crate::{Result, StoreError};

/// The column value of a field.
///
/// # Errors
/// [`StoreError::Misfit`] when the value is not what the column holds.
pub(crate) fn to_sql<'v>(
    record: &RecordType,
    field: &Field,
    value: Option<&'v Value>,
) -> Result<ToSqlOutput<'v>> {
    Ok(match (field.kind, value) {
        (_, None) => ToSqlOutput::Owned(Sql::Null),
        (Kind::Text, Some(Value::String(text))) => {
            ToSqlOutput::Borrowed(ValueRef::Text(text.as_bytes()))
        }
        (_, Some(value)) => ToSqlOutput::Owned(made_of(record, field, value)?),
    })
}

/// As [`to_sql`], of a value that is given away: its text is not copied.
///
/// # Errors
/// [`StoreError::Misfit`].
pub(crate) fn into_sql(record: &RecordType, field: &Field, value: Value) -> Result<Sql> {
    match (field.kind, value) {
        (Kind::Text, Value::String(text)) => Ok(Sql::Text(text)),
        (_, value) => made_of(record, field, &value),
    }
}

/// The column value of what is not text.
fn made_of(record: &RecordType, field: &Field, value: &Value) -> Result<Sql> {
    let made = match field.kind {
        Kind::Text => None,
        Kind::Integer => value.as_i64().map(Sql::Integer),
        Kind::Boolean => value.as_bool().map(|value| Sql::Integer(i64::from(value))),
        Kind::Id => value
            .as_str()
            .and_then(|text| text.parse::<Id>().ok())
            .map(|id| Sql::Blob(id.as_bytes().to_vec())),
        Kind::Json | Kind::Stored => {
            (value.is_array() || value.is_object()).then(|| Sql::Text(value.to_string()))
        }
    };
    made.ok_or_else(|| StoreError::Misfit {
        class: record.class.to_owned(),
        field: field.name.to_owned(),
        reason: format!("it takes {}", field.kind.name()),
    })
}

/// The value of a column.
///
/// # Errors
/// [`StoreError::Damaged`] when the column does not hold what it should.
pub(crate) fn from_sql(record: &RecordType, field: &Field, column: ValueRef<'_>) -> Result<Value> {
    let damaged =
        || StoreError::Damaged(format!("{}.{} holds something else", record.class, field.name));
    Ok(match (field.kind, column) {
        (_, ValueRef::Null) => Value::Null,
        (Kind::Text, ValueRef::Text(text)) => {
            Value::String(std::str::from_utf8(text).map_err(|_| damaged())?.to_owned())
        }
        (Kind::Integer, ValueRef::Integer(number)) => number.into(),
        (Kind::Boolean, ValueRef::Integer(number)) => (number != 0).into(),
        (Kind::Id, ValueRef::Blob(bytes)) => {
            Id::from_bytes(bytes.try_into().map_err(|_| damaged())?).to_string().into()
        }
        (Kind::Json | Kind::Stored, ValueRef::Text(text)) => {
            serde_json::from_slice(text).map_err(|_| damaged())?
        }
        _ => return Err(damaged()),
    })
}

/// Refuses a field that the record does not have.
///
/// # Errors
/// [`StoreError::Misfit`].
pub(crate) fn check_names(record: &RecordType, fields: &Fields) -> Result<()> {
    match fields.iter().find(|(name, _)| record.field(name).is_none()) {
        Some((name, _)) => Err(no_such_field(record, name)),
        None => Ok(()),
    }
}

/// The error for a field that the record does not have.
pub(crate) fn no_such_field(record: &RecordType, name: &str) -> StoreError {
    StoreError::Misfit {
        class: record.class.to_owned(),
        field: name.to_owned(),
        reason: "there is no such field".to_owned(),
    }
}
