//! `#[derive(Record)]`: turns the declaration of an entity into its place in the field register.
//!
//! ```ignore
//! /// A person or company the administration deals with.
//! #[derive(Record)]
//! #[record(class = "client", person = "self", ground = "contract")]
//! pub struct Client {
//!     /// How the person is called in conversation.
//!     #[field(personal, group = "name", search)]
//!     pub given_name: Option<Text>,
//!     /// Labels the office sorts its clients by.
//!     #[field(working)]
//!     pub tags: TagSet,
//! }
//! ```
//!
//! A field without a class, a personal field without a person or a ground, and a statutory field
//! without a law do not compile. The documentation comments are kept: they are the meaning of the
//! field in the register.

mod attributes;
mod expand;

use proc_macro::TokenStream;
use syn::{DeriveInput, parse_macro_input};

/// Derives `booqing_model::Record`.
#[proc_macro_derive(Record, attributes(record, field))]
pub fn derive_record(input: TokenStream) -> TokenStream {
    let input = parse_macro_input!(input as DeriveInput);
    expand::record(&input).unwrap_or_else(|error| error.to_compile_error()).into()
}
