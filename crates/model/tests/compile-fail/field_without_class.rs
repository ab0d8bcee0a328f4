use booqing_model::Record;
use serde::{Deserialize, Serialize};

/// A person.
#[derive(Serialize, Deserialize, Record)]
#[record(class = "person", person = "self", ground = "contract")]
struct Person {
    /// Shoe size.
    shoe_size: u32,
}

fn main() {}
