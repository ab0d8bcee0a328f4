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
    let misfit = || StoreError::Misfit {
        class: record.class.to_owned(),
        field: field.name.to_owned(),
        reason: format!("it takes {}", field.kind.name()),
    };
    let Some(value) = value else { return Ok(ToSqlOutput::Owned(Sql::Null)) };
    let sql = match field.kind {
        Kind::Text => {
            let text = value.as_str().ok_or_else(misfit)?;
            return Ok(ToSqlOutput::Borrowed(ValueRef::Text(text.as_bytes())));
        }
        Kind::Integer => Sql::Integer(value.as_i64().ok_or_else(misfit)?),
        Kind::Boolean => Sql::Integer(i64::from(value.as_bool().ok_or_else(misfit)?)),
        Kind::Id => {
            let id: Id = value.as_str().and_then(|text| text.parse().ok()).ok_or_else(misfit)?;
            Sql::Blob(id.as_bytes().to_vec())
        }
        Kind::Json => match value {
            Value::Array(_) | Value::Object(_) => Sql::Text(value.to_string()),
            _ => return Err(misfit()),
        },
    };
    Ok(ToSqlOutput::Owned(sql))
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
        (Kind::Json, ValueRef::Text(text)) => {
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
        Some((name, _)) => Err(StoreError::Misfit {
            class: record.class.to_owned(),
            field: name.to_owned(),
            reason: "there is no such field".to_owned(),
        }),
        None => Ok(()),
    }
}
