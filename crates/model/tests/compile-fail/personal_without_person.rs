use booqing_model::Record;
use serde::{Deserialize, Serialize};

/// A person.
#[derive(Serialize, Deserialize, Record)]
#[record(class = "person")]
struct Person {
    /// Shoe size.
    #[field(personal, ground = "contract")]
    shoe_size: u32,
}

fn main() {}
