//! Writes the `impl Record`.

use proc_macro2::TokenStream;
use quote::quote;
use syn::spanned::Spanned;
use syn::{Data, DeriveInput, Error, Fields, LitStr, Result};

use crate::attributes::{FieldAttributes, RecordAttributes, documentation};

pub(crate) fn record(input: &DeriveInput) -> Result<TokenStream> {
    let Data::Struct(data) = &input.data else {
        return Err(Error::new(input.span(), "a record is a struct"));
    };
    let Fields::Named(fields) = &data.fields else {
        return Err(Error::new(input.span(), "a record has named fields"));
    };
    let attributes = RecordAttributes::read(&input.attrs)?;
    let Some(class) = &attributes.class else {
        return Err(Error::new(
            input.ident.span(),
            "a record has a class: #[record(class = \"…\")]",
        ));
    };
    let doc = documentation(&input.attrs);
    if doc.is_empty() {
        return Err(Error::new(input.ident.span(), "a record says what it is: add a /// comment"));
    }
    let fields = fields
        .named
        .iter()
        .map(|field| expand_field(field, &attributes))
        .collect::<Result<Vec<_>>>()?;
    let name = &input.ident;
    Ok(quote! {
        impl ::booqing_model::Record for #name {
            const TYPE: &'static ::booqing_model::RecordType = &::booqing_model::RecordType {
                class: #class,
                doc: #doc,
                fields: &[#(#fields),*],
            };
        }
    })
}

fn expand_field(field: &syn::Field, record: &RecordAttributes) -> Result<TokenStream> {
    let Some(ident) = &field.ident else {
        return Err(Error::new(field.span(), "a record has named fields"));
    };
    let name = ident.to_string();
    let read = FieldAttributes::read(field)?;
    let doc = documentation(&field.attrs);
    if doc.is_empty() {
        return Err(Error::new(ident.span(), "a field says what it means: add a /// comment"));
    }

    let class = class_tokens(&read, record)?;
    let group = read.group.as_ref().map_or_else(|| quote!(#name), |group| quote!(#group));
    let ty = &field.ty;
    let merge = match &read.merge {
        Some(merge) => merge_tokens(merge)?,
        None => quote!(<#ty as ::booqing_model::FieldValue>::MERGE),
    };
    let refers = read.refers.as_ref().map_or_else(
        || quote!(::core::option::Option::None),
        |target| quote!(::core::option::Option::Some(#target)),
    );
    let search = read.search;
    Ok(quote! {
        ::booqing_model::Field {
            name: #name,
            class: #class,
            group: #group,
            merge: #merge,
            kind: <#ty as ::booqing_model::FieldValue>::KIND,
            optional: <#ty as ::booqing_model::FieldValue>::OPTIONAL,
            refers: #refers,
            search: #search,
            doc: #doc,
        }
    })
}

fn class_tokens(read: &FieldAttributes, record: &RecordAttributes) -> Result<TokenStream> {
    let misplaced = |attribute: &Option<LitStr>, name: &str, class: &str| match attribute {
        Some(found) => Err(Error::new(found.span(), format!("only a {class} field has a {name}"))),
        None => Ok(()),
    };
    let class = read.class.to_string();
    if class != "personal" {
        misplaced(&read.person, "person", "personal")?;
        misplaced(&read.ground, "ground", "personal")?;
    }
    if class != "statutory" {
        misplaced(&read.law, "law", "statutory")?;
    }
    match class.as_str() {
        "routing" => Ok(quote!(::booqing_model::FieldClass::Routing)),
        "working" => Ok(quote!(::booqing_model::FieldClass::Working)),
        "statutory" => {
            let Some(law) = read.law.as_ref().or(record.law.as_ref()) else {
                return Err(Error::new(
                    read.class.span(),
                    "a statutory field names the law that keeps it: law = \"…\" here or on the record",
                ));
            };
            Ok(quote!(::booqing_model::FieldClass::Statutory { law: #law }))
        }
        _ => {
            let Some(person) = read.person.as_ref().or(record.person.as_ref()) else {
                return Err(Error::new(
                    read.class.span(),
                    "a personal field says whose it is: person = \"self\", a field that names the \
                     person, or \"each\", here or on the record",
                ));
            };
            let Some(ground) = read.ground.as_ref().or(record.ground.as_ref()) else {
                return Err(Error::new(
                    read.class.span(),
                    "a personal field names its legal ground: ground = \"…\" here or on the record",
                ));
            };
            let person = match person.value().as_str() {
                "self" => quote!(::booqing_model::Person::Itself),
                "each" => quote!(::booqing_model::Person::Each),
                _ => quote!(::booqing_model::Person::Named(#person)),
            };
            let ground = ground_tokens(ground)?;
            Ok(quote!(::booqing_model::FieldClass::Personal { person: #person, ground: #ground }))
        }
    }
}

fn ground_tokens(ground: &LitStr) -> Result<TokenStream> {
    Ok(match ground.value().as_str() {
        "consent" => quote!(::booqing_model::Ground::Consent),
        "contract" => quote!(::booqing_model::Ground::Contract),
        "legal_obligation" => quote!(::booqing_model::Ground::LegalObligation),
        "legitimate_interest" => quote!(::booqing_model::Ground::LegitimateInterest),
        "employment" => quote!(::booqing_model::Ground::Employment),
        _ => {
            return Err(Error::new(
                ground.span(),
                "a ground is consent, contract, legal_obligation, legitimate_interest or employment",
            ));
        }
    })
}

fn merge_tokens(merge: &LitStr) -> Result<TokenStream> {
    Ok(match merge.value().as_str() {
        "scalar" => quote!(::booqing_model::Merge::Scalar),
        "set" => quote!(::booqing_model::Merge::Set),
        "list" => quote!(::booqing_model::Merge::List),
        "counter" => quote!(::booqing_model::Merge::Counter),
        "text" => quote!(::booqing_model::Merge::Text),
        "fixed" => quote!(::booqing_model::Merge::Fixed),
        "computed" => quote!(::booqing_model::Merge::Computed),
        "first" => quote!(::booqing_model::Merge::First),
        _ => {
            return Err(Error::new(
                merge.span(),
                "merge is scalar, set, list, counter, text, fixed or computed",
            ));
        }
    })
}
