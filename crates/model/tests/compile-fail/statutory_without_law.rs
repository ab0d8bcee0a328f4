use booqing_model::Record;
use serde::{Deserialize, Serialize};

/// A person.
#[derive(Serialize, Deserialize, Record)]
#[record(class = "person")]
struct Person {
    /// What was paid.
    #[field(statutory)]
    paid: i64,
}

fn main() {}
