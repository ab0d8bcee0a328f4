use booqing_model::Record;
use serde::{Deserialize, Serialize};

/// A person.
#[derive(Serialize, Deserialize, Record)]
#[record(class = "person", person = "self")]
struct Person {
    /// Shoe size.
    #[field(personal)]
    shoe_size: u32,
}

fn main() {}
