//! A load without the indexes of lists, and one that is cut short.

use booqing_store::{Cache, ListQuery, StoreError};
use serde_json::json;

use crate::fixture::{Fixture, create, id, identity, path};

#[test]
fn lists_are_right_during_a_load_and_a_cache_that_is_opened_makes_what_is_missing() {
    let fixture = Fixture::new();
    fixture.cache.write(|writer| writer.begin_load()).expect("begun");
    let client = |n, name| create("client", id(n), json!({"family_name": name}));
    fixture.commit(vec![client(1, "Visser"), client(2, "Bakker")]).expect("committed");
    let query = ListQuery { order: vec!["derived_name"], limit: 5, ..ListQuery::default() };
    let names = |cache: &Cache| -> Vec<String> {
        let (_, rows) = cache.read(|reader| reader.list("client", &query)).expect("a list");
        rows.iter().filter_map(|row| Some(row.fields.text("family_name")?.to_owned())).collect()
    };
    assert_eq!(names(&fixture.cache), ["Bakker", "Visser"]);
    let missing = fixture.cache.check().expect_err("indexes are missing");
    assert!(matches!(&missing, StoreError::Damaged(what) if what.contains("index")), "{missing}");

    fixture.cache.check_pages().expect("what is missing is no damage");

    // The program ends here.
    let Fixture { folder, key, cache } = fixture;
    drop(cache);
    let cache = Cache::open(&path(folder.path()), key, &identity()).expect("opened");
    cache.check().expect("complete again");
    assert_eq!(names(&cache), ["Bakker", "Visser"]);
}
