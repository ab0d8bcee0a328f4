use booqing_model::Record;
use serde::{Deserialize, Serialize};

/// A person.
#[derive(Serialize, Deserialize, Record)]
#[record(class = "person")]
struct Person {
    #[field(working)]
    label: String,
}

fn main() {}
