//! Rows of records, read and written alike for every record class.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::sync::LazyLock;

use booqing_model::field::{Field, RecordType};
use booqing_model::parts::Unknown;
use booqing_model::register::{self, RECORDS};
use booqing_model::{Fields, Id, Values};
use rusqlite::ffi::SQLITE_CONSTRAINT_UNIQUE;
use rusqlite::types::{ToSqlOutput, Value as Sql, ValueRef};
use rusqlite::{Connection, OptionalExtension, params_from_iter};

use crate::search::NewEntry;
use crate::{Result, StoreError, codec, tables};

/// A record as it stands in the cache.
#[derive(Debug, Clone, PartialEq)]
pub struct Row {
    /// Its place in the table, for lists.
    pub seq: i64,
    /// Its id.
    pub id: Id,
    /// How many times it was changed.
    pub version: i64,
    /// Its values.
    pub fields: Fields,
    /// Values of fields that this version does not know.
    pub unknown: Unknown,
}

/// The statements of one table, made once from the register.
struct Statements {
    /// What a row is read from.
    columns: String,
    /// The fields by name, each with the number of its column there: a map is made quickest of what
    /// is sorted.
    by_name: Vec<(usize, &'static Field)>,
    select: String,
    insert: String,
    update: String,
    delete: String,
}

static STATEMENTS: LazyLock<BTreeMap<&'static str, Statements>> =
    LazyLock::new(|| RECORDS.iter().map(|record| (record.class, statements(record))).collect());

fn statements(record: &'static RecordType) -> Statements {
    let table = record.class;
    let names: Vec<&str> = record
        .fields
        .iter()
        .map(|field| field.name)
        .chain(tables::derived_columns(table).iter().copied())
        .collect();
    let columns = names.join(", ");
    let values: Vec<String> = (4..4 + names.len()).map(|index| format!("?{index}")).collect();
    let assignments: Vec<String> =
        names.iter().zip(&values).map(|(name, value)| format!("{name} = {value}")).collect();
    let fields: Vec<&str> = record.fields.iter().map(|field| field.name).collect();
    let read = format!("seq, id, version, unknown, {}", fields.join(", "));
    let mut by_name: Vec<_> = (4..).zip(record.fields).collect();
    by_name.sort_by_key(|(_, field)| field.name);
    Statements {
        by_name,
        select: format!("SELECT {read} FROM {table} WHERE id = ?1"),
        columns: read,
        insert: format!(
            "INSERT INTO {table} (id, version, unknown, {columns}) VALUES (?1, ?2, ?3, {})",
            values.join(", ")
        ),
        update: format!(
            "UPDATE {table} SET version = ?2, unknown = ?3, {} WHERE id = ?1",
            assignments.join(", ")
        ),
        delete: format!("DELETE FROM {table} WHERE id = ?1"),
    }
}

/// The declaration of a record class and its statements.
fn of(class: &str) -> Result<(&'static RecordType, &'static Statements)> {
    register::find(class)
        .zip(STATEMENTS.get(class))
        .ok_or_else(|| StoreError::NoClass(class.to_owned()))
}

/// The record of that class and id.
pub(crate) fn get(connection: &Connection, class: &str, id: Id) -> Result<Option<Row>> {
    let (record, statements) = of(class)?;
    let mut statement = connection.prepare_cached(&statements.select)?;
    let mut rows = statement.query([id.as_bytes()])?;
    rows.next()?.map(|row| read(record, statements, row)).transpose()
}

/// The records that a query gives. `rest` is what comes after the columns and the table.
pub(crate) fn query(
    connection: &Connection,
    class: &str,
    rest: &str,
    parameters: impl rusqlite::Params,
) -> Result<Vec<Row>> {
    let (record, statements) = of(class)?;
    let sql = format!("SELECT {} FROM {} {rest}", statements.columns, record.class);
    let mut statement = connection.prepare_cached(&sql)?;
    let mut rows = statement.query(parameters)?;
    let mut found = Vec::new();
    while let Some(row) = rows.next()? {
        found.push(read(record, statements, row)?);
    }
    Ok(found)
}

/// Reads a row of [`Statements::columns`].
fn read(
    record: &'static RecordType,
    statements: &Statements,
    row: &rusqlite::Row<'_>,
) -> Result<Row> {
    let mut values = Vec::with_capacity(record.fields.len());
    for (index, field) in &statements.by_name {
        let column = row.get_ref(*index)?;
        if column != ValueRef::Null {
            values.push((field.name, codec::from_sql(record, field, column)?));
        }
    }
    let fields = values.into_iter().collect();
    let unknown: Option<String> = row.get(3)?;
    Ok(Row {
        seq: row.get(0)?,
        id: Id::from_bytes(row.get(1)?),
        version: row.get(2)?,
        fields,
        unknown: read_unknown(unknown.as_deref())?,
    })
}

/// Adds a row.
pub(crate) fn insert(connection: &Connection, class: &str, row: &Row) -> Result<()> {
    let (record, statements) = of(class)?;
    connection
        .prepare_cached(&statements.insert)?
        .execute(params_from_iter(parameters(record, row)?))?;
    Ok(())
}

/// A record that is ready to be added to a cache: what needs no database is done.
///
/// `Debug` shows which record it is and never its values, so that they stay out of logs.
pub struct NewRow {
    record: &'static RecordType,
    id: Id,
    version: i64,
    unknown: Unknown,
    parameters: Vec<Sql>,
    entry: Option<NewEntry>,
}

impl std::fmt::Debug for NewRow {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(formatter, "NewRow({} {})", self.record.class, self.id)
    }
}

impl NewRow {
    /// Its record class.
    pub(crate) fn class(&self) -> &'static str {
        self.record.class
    }

    /// Makes a record of a class ready.
    ///
    /// # Errors
    /// [`StoreError::NoClass`]; [`StoreError::Misfit`] when a value does not fit its column.
    pub fn of(class: &str, row: Row) -> Result<Self> {
        let (record, statements) = of(class)?;
        let entry = NewEntry::of(class, &row.fields);
        let derived = tables::derived_values(class, &row.fields);
        let Row { id, version, unknown, fields, .. } = row;
        let mut parameters = Vec::with_capacity(3 + record.fields.len() + derived.len());
        parameters.extend([
            Sql::Blob(id.as_bytes().to_vec()),
            Sql::Integer(version),
            write_unknown(&unknown)?.map_or(Sql::Null, Sql::Text),
        ]);
        parameters.resize(3 + record.fields.len(), Sql::Null);
        // Both are sorted by name, so one way through both finds every place.
        let mut places = statements.by_name.iter();
        for (name, value) in fields {
            let place = places.find(|(_, field)| field.name == name);
            let (column, field) = place.ok_or_else(|| codec::no_such_field(record, &name))?;
            if let Some(parameter) = parameters.get_mut(column - 1) {
                *parameter = codec::into_sql(record, field, value)?;
            }
        }
        parameters.extend(derived);
        Ok(Self { record, id, version, unknown, parameters, entry })
    }

    /// The record.
    ///
    /// # Errors
    /// None that can happen: the values were columns before.
    pub fn row(&self) -> Result<Row> {
        let mut fields = Fields::new();
        for (field, column) in self.record.fields.iter().zip(self.parameters.iter().skip(3)) {
            fields.set(field.name, codec::from_sql(self.record, field, column.into())?);
        }
        let (id, version, unknown) = (self.id, self.version, self.unknown.clone());
        Ok(Row { seq: 0, id, version, fields, unknown })
    }

    /// Adds it, and enters it into the search index; false when there is one of that id, which stays
    /// as it is.
    pub(crate) fn add(&self, connection: &Connection) -> Result<bool> {
        let (_, statements) = of(self.record.class)?;
        let inserted = connection
            .prepare_cached(&statements.insert)?
            .execute(params_from_iter(&self.parameters));
        match inserted {
            Ok(_) => {}
            Err(error) if is_taken(&error) => return Ok(false),
            Err(error) => return Err(error.into()),
        }
        if let Some(entry) = &self.entry {
            entry.add(connection, self.record.class, self.id)?;
        }
        Ok(true)
    }
}

fn is_taken(error: &rusqlite::Error) -> bool {
    error.sqlite_error().is_some_and(|error| error.extended_code == SQLITE_CONSTRAINT_UNIQUE)
}

/// Replaces the values of a row.
pub(crate) fn update(connection: &Connection, class: &str, row: &Row) -> Result<()> {
    let (record, statements) = of(class)?;
    let changed = connection
        .prepare_cached(&statements.update)?
        .execute(params_from_iter(parameters(record, row)?))?;
    if changed == 1 {
        Ok(())
    } else {
        Err(StoreError::NoRecord { class: class.to_owned(), id: row.id })
    }
}

/// Takes a row away.
pub(crate) fn delete(connection: &Connection, class: &str, id: Id) -> Result<()> {
    let (_, statements) = of(class)?;
    connection.prepare_cached(&statements.delete)?.execute([id.as_bytes()])?;
    Ok(())
}

/// The ids of all records of a class, in the order in which they came.
pub(crate) fn ids(connection: &Connection, class: &str) -> Result<Vec<Id>> {
    let (record, _) = of(class)?;
    let sql = format!("SELECT id FROM {} ORDER BY seq", record.class);
    let mut statement = connection.prepare_cached(&sql)?;
    let ids = statement
        .query_map([], |row| row.get(0).map(Id::from_bytes))?
        .collect::<rusqlite::Result<_>>()?;
    Ok(ids)
}

/// The named fields of the record of that class and id.
pub(crate) fn get_some(
    connection: &Connection,
    class: &str,
    id: Id,
    names: &[&str],
) -> Result<Option<Fields>> {
    let some = Selection::of(class, names)?;
    let sql = format!("{} WHERE id = ?1", some.select);
    let mut statement = connection.prepare_cached(&sql)?;
    let mut rows = statement.query([id.as_bytes()])?;
    rows.next()?.map(|row| some.read(row)).transpose()
}

/// Every record of a class, one after the other in no order that could be relied on, with the named
/// fields only. An index that has them all is read instead of the table.
pub(crate) fn scan(
    connection: &Connection,
    class: &str,
    names: &[&str],
    mut each: impl FnMut(Id, &Scanned<'_>) -> Result<()>,
) -> Result<()> {
    let some = Selection::of(class, names)?;
    let mut statement = connection.prepare_cached(&some.select)?;
    let mut rows = statement.query([])?;
    while let Some(row) = rows.next()? {
        each(Id::from_bytes(row.get(0)?), &Scanned { fields: &some.fields, row })?;
    }
    Ok(())
}

/// A record while a scan is at it: nothing is copied that nobody asks for.
///
/// `Debug` shows which fields there are and never their values, so that they stay out of logs.
pub struct Scanned<'r> {
    fields: &'r [&'static Field],
    row: &'r rusqlite::Row<'r>,
}

impl std::fmt::Debug for Scanned<'_> {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.debug_set().entries(self.fields.iter().map(|field| field.name)).finish()
    }
}

impl Scanned<'_> {
    fn column(&self, name: &str) -> Option<ValueRef<'_>> {
        let place = self.fields.iter().position(|field| field.name == name)?;
        self.row.get_ref(place + 1).ok()
    }
}

impl Values for Scanned<'_> {
    fn text(&self, name: &str) -> Option<&str> {
        match self.column(name)? {
            ValueRef::Text(text) => std::str::from_utf8(text).ok(),
            _ => None,
        }
    }

    fn integer(&self, name: &str) -> Option<i64> {
        self.column(name)?.as_i64().ok()
    }

    fn id(&self, name: &str) -> Option<Id> {
        Some(Id::from_bytes(self.column(name)?.as_blob().ok()?.try_into().ok()?))
    }

    fn structure(&self, name: &str) -> Option<Cow<'_, serde_json::Value>> {
        serde_json::from_str(self.text(name)?).ok().map(Cow::Owned)
    }
}

/// Some fields of a record class.
struct Selection {
    record: &'static RecordType,
    /// Sorted by name: a map is made quickest of what is sorted.
    fields: Vec<&'static Field>,
    /// What reads the id and then these.
    select: String,
}

impl Selection {
    fn of(class: &str, names: &[&str]) -> Result<Self> {
        let (record, _) = of(class)?;
        let mut fields: Vec<_> =
            record.fields.iter().filter(|field| names.contains(&field.name)).collect();
        fields.sort_by_key(|field| field.name);
        let columns: String = fields.iter().map(|field| format!(", {}", field.name)).collect();
        Ok(Self { record, fields, select: format!("SELECT id{columns} FROM {}", record.class) })
    }

    fn read(&self, row: &rusqlite::Row<'_>) -> Result<Fields> {
        let mut values = Vec::with_capacity(self.fields.len());
        for (field, index) in self.fields.iter().zip(1..) {
            let column = row.get_ref(index)?;
            if column != ValueRef::Null {
                values.push((field.name, codec::from_sql(self.record, field, column)?));
            }
        }
        Ok(values.into_iter().collect())
    }
}

/// The records whose number, code or name is this, or whose id begins so.
pub(crate) fn named(
    connection: &Connection,
    class: &str,
    name: &str,
    limit: u32,
) -> Result<Vec<Id>> {
    let (record, _) = of(class)?;
    let query = |condition: &str, parameter: &str| -> Result<Vec<Id>> {
        let sql = format!("SELECT id FROM {} WHERE {condition} LIMIT ?2", record.class);
        let mut statement = connection.prepare_cached(&sql)?;
        let ids = statement
            .query_map((parameter, limit), |row| row.get(0).map(Id::from_bytes))?
            .collect::<rusqlite::Result<_>>()?;
        Ok(ids)
    };
    for column in ["number", "code", "name"] {
        if record.field(column).is_some() {
            let found = query(&format!("{column} = ?1"), name)?;
            if !found.is_empty() {
                return Ok(found);
            }
        }
    }
    let digits: String = name.chars().filter(|c| *c != '-').collect();
    // A few digits are a number that somebody mistyped, not the beginning of an id.
    if digits.len() < 8 || !digits.bytes().all(|byte| byte.is_ascii_hexdigit()) {
        return Ok(Vec::new());
    }
    query("hex(id) LIKE ?1 || '%'", &digits.to_ascii_uppercase())
}

/// The highest number that begins so and goes on in digits: `C-2024-001` is no number of `C-`.
pub(crate) fn last_number(
    connection: &Connection,
    class: &str,
    prefix: &str,
) -> Result<Option<String>> {
    let (record, _) = of(class)?;
    let sql = format!(
        "SELECT number FROM {} WHERE number >= ?1 AND number < ?1 || char(0x10ffff) \
         AND substr(number, length(?1) + 1) NOT GLOB '*[^0-9]*' AND length(number) BETWEEN \
         length(?1) + 1 AND length(?1) + 18 ORDER BY length(number) DESC, number DESC LIMIT 1",
        record.class
    );
    Ok(connection.prepare_cached(&sql)?.query_row([prefix], |row| row.get(0)).optional()?)
}

/// How many records of a class there are.
pub(crate) fn count(connection: &Connection, class: &str) -> Result<u64> {
    let (record, _) = of(class)?;
    let sql = format!("SELECT count(*) FROM {}", record.class);
    let count: i64 = connection.prepare_cached(&sql)?.query_row([], |row| row.get(0))?;
    Ok(count.unsigned_abs())
}

/// The class of the record with that id.
pub(crate) fn class_of(connection: &Connection, id: Id) -> Result<Option<&'static str>> {
    for record in RECORDS {
        let sql = format!("SELECT 1 FROM {} WHERE id = ?1", record.class);
        let found =
            connection.prepare_cached(&sql)?.query_row([id.as_bytes()], |_| Ok(())).optional()?;
        if found.is_some() {
            return Ok(Some(record.class));
        }
    }
    Ok(None)
}

fn parameters<'r>(record: &RecordType, row: &'r Row) -> Result<Vec<ToSqlOutput<'r>>> {
    let mut parameters: Vec<ToSqlOutput<'r>> = Vec::with_capacity(record.fields.len() + 5);
    parameters.push(ToSqlOutput::Borrowed(ValueRef::Blob(row.id.as_bytes())));
    parameters.push(ToSqlOutput::Owned(row.version.into()));
    parameters.push(ToSqlOutput::Owned(write_unknown(&row.unknown)?.into()));
    let mut found = 0;
    for field in record.fields {
        let value = row.fields.get(field.name);
        found += usize::from(value.is_some());
        parameters.push(codec::to_sql(record, field, value)?);
    }
    if found < row.fields.len() {
        codec::check_names(record, &row.fields)?;
    }
    let derived = tables::derived_values(record.class, &row.fields);
    parameters.extend(derived.into_iter().map(ToSqlOutput::Owned));
    Ok(parameters)
}

/// Where unknown fields stand that the hub reads. No part has that name.
const ROUTING: &str = "routing";

/// The records of a class that have unknown fields.
pub(crate) fn with_unknown(connection: &Connection, class: &str) -> Result<Vec<Id>> {
    let (record, _) = of(class)?;
    let sql = format!("SELECT id FROM {} WHERE unknown IS NOT NULL ORDER BY id", record.class);
    let mut statement = connection.prepare(&sql)?;
    let ids = statement.query_map([], |row| row.get(0).map(Id::from_bytes))?;
    Ok(ids.collect::<rusqlite::Result<_>>()?)
}

/// Unknown fields, as they are written.
pub(crate) fn read_unknown(text: Option<&str>) -> Result<Unknown> {
    let Some(text) = text else { return Ok(Unknown::new()) };
    let damaged = |_| StoreError::Damaged("unknown fields cannot be read".to_owned());
    let mut parts: BTreeMap<String, Fields> = serde_json::from_str(text).map_err(damaged)?;
    let routing = parts.remove(ROUTING).unwrap_or_default();
    let parts = parts
        .into_iter()
        .map(|(key, fields)| {
            let key = key
                .parse()
                .map_err(|_| StoreError::Damaged(format!("unknown fields lie under {key}")))?;
            Ok((key, fields))
        })
        .collect::<Result<_>>()?;
    Ok(Unknown { routing, parts })
}

/// Unknown fields as they are kept; `None` where there are none.
pub(crate) fn write_unknown(unknown: &Unknown) -> Result<Option<String>> {
    if unknown.is_empty() {
        return Ok(None);
    }
    let mut parts: BTreeMap<String, &Fields> =
        unknown.parts.iter().map(|(key, fields)| (key.to_string(), fields)).collect();
    if !unknown.routing.is_empty() {
        parts.insert(ROUTING.to_owned(), &unknown.routing);
    }
    serde_json::to_string(&parts).map(Some).map_err(|error| StoreError::Damaged(error.to_string()))
}
