use booqing_model::Record;
use serde::{Deserialize, Serialize};

/// A person.
#[derive(Serialize, Deserialize, Record)]
#[record(class = "person")]
struct Person {
    /// Label.
    #[field(working, ground = "consent")]
    label: String,
    /// Other label.
    #[field(secret)]
    other: String,
}

fn main() {}
