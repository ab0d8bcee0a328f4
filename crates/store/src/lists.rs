//! Stretches of lists: what fits conditions and words, in an order, from a place on.

use booqing_model::field::RecordType;
use booqing_model::register;
use rusqlite::types::{ToSqlOutput, Value as Sql};
use rusqlite::{Connection, params_from_iter};
use serde_json::Value;

use crate::rows::{self, Row};
use crate::search::Words;
use crate::{Result, StoreError, codec, tables};

/// What a record must be to stand in a list.
#[derive(Debug, Clone, PartialEq)]
pub enum Condition {
    /// The field has this value.
    Is(&'static str, Value),
    /// The field has another value, or none.
    IsNot(&'static str, Value),
    /// The field has this value or one after it.
    AtLeast(&'static str, Value),
    /// The field has a value before this one.
    Below(&'static str, Value),
    /// The field has a value.
    Has(&'static str),
    /// The field, a list or a structure, has this text somewhere in it.
    Holds(&'static str, String),
}

impl Condition {
    /// The condition in SQL for a parameter of that number, and the parameter.
    fn sql(&self, record: &RecordType, n: usize) -> Result<(String, ToSqlOutput<'_>)> {
        let (name, comparison, value) = match self {
            Self::Is(name, value) => (name, "IS", value),
            Self::IsNot(name, value) => (name, "IS NOT", value),
            Self::AtLeast(name, value) => (name, ">=", value),
            Self::Below(name, value) => (name, "<", value),
            Self::Has(name) => {
                record.field(name).ok_or_else(|| codec::no_such_field(record, name))?;
                // The parameter has its place all the same.
                let sql = format!("({name} IS NOT NULL AND ?{n} IS NULL)");
                return Ok((sql, ToSqlOutput::Owned(Sql::Null)));
            }
            Self::Holds(name, text) => {
                record.field(name).ok_or_else(|| codec::no_such_field(record, name))?;
                let sql = format!("({name} IS NOT NULL AND instr({name}, ?{n}) > 0)");
                return Ok((sql, ToSqlOutput::Owned(Sql::Text(text.clone()))));
            }
        };
        let field = record.field(name).ok_or_else(|| codec::no_such_field(record, name))?;
        let value = Some(value).filter(|value| !value.is_null());
        Ok((format!("{name} {comparison} ?{n}"), codec::to_sql(record, field, value)?))
    }
}

/// Which stretch of a list is asked for.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct ListQuery {
    /// Words the record must hold, or the client it refers to; empty for no such condition.
    pub text: String,
    /// What else it must be.
    pub conditions: Vec<Condition>,
    /// The columns it is sorted by, in order; what is equal stands in the order in which it came.
    pub order: Vec<&'static str>,
    /// Whether the last comes first.
    pub descending: bool,
    /// How many to pass over.
    pub offset: u32,
    /// How many at the most.
    pub limit: u32,
}

/// How many records fit, and the stretch asked for.
///
/// # Errors
/// [`StoreError::NoClass`]; [`StoreError::Misfit`] for a column that is none.
pub(crate) fn list(
    connection: &Connection,
    class: &str,
    query: &ListQuery,
) -> Result<(u64, Vec<Row>)> {
    let Some((filter, mut parameters)) = filter(class, query)? else { return Ok((0, Vec::new())) };
    let total: i64 = connection
        .prepare_cached(&format!("SELECT count(*) FROM {class} {filter}"))?
        .query_row(params_from_iter(&parameters), |row| row.get(0))?;
    let direction = if query.descending { " DESC" } else { "" };
    let mut order = Vec::with_capacity(query.order.len() + 1);
    for column in query.order.iter().chain(&["seq"]) {
        check_column(class, column)?;
        order.push(format!("{column}{direction}"));
    }
    // The stretch is bound, so that every stretch is one statement. Which rows they are is found out
    // first, on the index alone: rows that are passed over are not read.
    let n = parameters.len();
    parameters.push(ToSqlOutput::Owned(i64::from(query.limit).into()));
    parameters.push(ToSqlOutput::Owned(i64::from(query.offset).into()));
    let order = order.join(", ");
    let rest = format!(
        "WHERE seq IN (SELECT seq FROM {class} {filter} ORDER BY {order} LIMIT ?{} OFFSET ?{}) \
         ORDER BY {order}",
        n + 1,
        n + 2
    );
    let rows = rows::query(connection, class, &rest, params_from_iter(&parameters))?;
    Ok((total.unsigned_abs(), rows))
}

/// The condition of a list in SQL with its parameters; `None` when the text holds nothing that
/// could be found.
fn filter<'q>(class: &str, query: &'q ListQuery) -> Result<Option<(String, Vec<ToSqlOutput<'q>>)>> {
    let record = register::find(class).ok_or_else(|| StoreError::NoClass(class.to_owned()))?;
    let (mut conditions, mut parameters) = (Vec::new(), Vec::new());
    for condition in &query.conditions {
        let (sql, parameter) = condition.sql(record, parameters.len() + 1)?;
        parameters.push(parameter);
        conditions.push(sql);
    }
    if !query.text.trim().is_empty() {
        let Some(words) = Words::of(&query.text) else { return Ok(None) };
        parameters.push(ToSqlOutput::Owned(Sql::Text(words.begins())));
        let found = |class: &str, n: usize| {
            format!(
                "(SELECT entry.record FROM search JOIN search_entry entry \
                 ON entry.seq = search.rowid WHERE search MATCH ?{n} AND entry.class = '{class}')"
            )
        };
        let n = parameters.len();
        let mut condition = format!("id IN {}", found(class, n));
        if record.field("client").is_some() {
            condition = format!("({condition} OR client IN {})", found("client", n));
        }
        conditions.push(condition);
    }
    let filter = if conditions.is_empty() {
        String::new()
    } else {
        format!("WHERE {}", conditions.join(" AND "))
    };
    Ok(Some((filter, parameters)))
}

fn check_column(class: &str, column: &str) -> Result<()> {
    let record = register::find(class).ok_or_else(|| StoreError::NoClass(class.to_owned()))?;
    let is_column = record.field(column).is_some()
        || column == "seq"
        || tables::derived_columns(class).contains(&column);
    if is_column { Ok(()) } else { Err(codec::no_such_field(record, column)) }
}
