//! Reads the `#[record(...)]` and `#[field(...)]` attributes.

use syn::spanned::Spanned;
use syn::{Attribute, Error, Expr, ExprLit, Lit, LitStr, Meta, Result};

/// What `#[record(...)]` says.
#[derive(Default)]
pub(crate) struct RecordAttributes {
    /// The name of the record class on the wire and in the database.
    pub(crate) class: Option<LitStr>,
    /// The person of the record's personal fields, unless a field says otherwise.
    pub(crate) person: Option<LitStr>,
    /// The legal ground of the record's personal fields, unless a field says otherwise.
    pub(crate) ground: Option<LitStr>,
    /// The law that keeps the record's statutory fields, unless a field says otherwise.
    pub(crate) law: Option<LitStr>,
}

/// What `#[field(...)]` says.
pub(crate) struct FieldAttributes {
    /// `routing`, `statutory`, `personal` or `working`, with the place where it stands.
    pub(crate) class: syn::Ident,
    pub(crate) group: Option<LitStr>,
    pub(crate) merge: Option<LitStr>,
    pub(crate) person: Option<LitStr>,
    pub(crate) ground: Option<LitStr>,
    pub(crate) law: Option<LitStr>,
    pub(crate) refers: Option<LitStr>,
    pub(crate) search: bool,
}

const CLASSES: [&str; 4] = ["routing", "statutory", "personal", "working"];

impl RecordAttributes {
    pub(crate) fn read(attributes: &[Attribute]) -> Result<Self> {
        let mut found = Self::default();
        for attribute in attributes.iter().filter(|a| a.path().is_ident("record")) {
            attribute.parse_nested_meta(|meta| {
                let value: LitStr = meta.value()?.parse()?;
                let slot = if meta.path.is_ident("class") {
                    &mut found.class
                } else if meta.path.is_ident("person") {
                    &mut found.person
                } else if meta.path.is_ident("ground") {
                    &mut found.ground
                } else if meta.path.is_ident("law") {
                    &mut found.law
                } else {
                    return Err(meta.error("a record has class, person, ground and law"));
                };
                *slot = Some(value);
                Ok(())
            })?;
        }
        Ok(found)
    }
}

impl FieldAttributes {
    pub(crate) fn read(field: &syn::Field) -> Result<Self> {
        let Some(attribute) = field.attrs.iter().find(|a| a.path().is_ident("field")) else {
            return Err(Error::new(
                field.ident.span(),
                "this field has no class: add #[field(routing)], #[field(statutory)], \
                 #[field(personal)] or #[field(working)]",
            ));
        };
        let mut class: Option<syn::Ident> = None;
        let (mut group, mut merge, mut person, mut ground, mut law, mut refers) =
            (None, None, None, None, None, None);
        let mut search = false;
        attribute.parse_nested_meta(|meta| {
            let name = meta.path.require_ident()?.clone();
            if CLASSES.iter().any(|known| name == known) {
                if class.is_some() {
                    return Err(meta.error("a field has one class"));
                }
                class = Some(name);
                return Ok(());
            }
            if name == "search" {
                search = true;
                return Ok(());
            }
            let slot = match name.to_string().as_str() {
                "group" => &mut group,
                "merge" => &mut merge,
                "person" => &mut person,
                "ground" => &mut ground,
                "law" => &mut law,
                "refers" => &mut refers,
                _ => {
                    return Err(meta.error(
                        "a field has a class (routing, statutory, personal or working) and may \
                         have group, merge, person, ground, law, refers and search",
                    ));
                }
            };
            *slot = Some(meta.value()?.parse()?);
            Ok(())
        })?;
        let Some(class) = class else {
            return Err(Error::new(
                attribute.span(),
                "this field has no class: one of routing, statutory, personal, working",
            ));
        };
        Ok(Self { class, group, merge, person, ground, law, refers, search })
    }
}

/// The documentation comment, its lines joined with spaces.
pub(crate) fn documentation(attributes: &[Attribute]) -> String {
    let lines = attributes.iter().filter_map(|attribute| match &attribute.meta {
        Meta::NameValue(pair) if pair.path.is_ident("doc") => match &pair.value {
            Expr::Lit(ExprLit { lit: Lit::Str(text), .. }) => Some(text.value().trim().to_owned()),
            _ => None,
        },
        _ => None,
    });
    lines.filter(|line| !line.is_empty()).collect::<Vec<_>>().join(" ")
}
