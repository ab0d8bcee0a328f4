//! Three-way merge: what two desks made of one record, apart, becomes one record again.
//!
//! Field group by field group: a group that one side left alone is the other side's. Where both
//! changed it, sets, lists, counters and texts are merged by their kind, and of two decisions the hub's
//! stands; everything else is a conflict of the whole group, never half of it. A conflict leaves the
//! hub's values in the record and both in the answer.

use std::collections::BTreeSet;

use booqing_model::Fields;
use booqing_model::field::{Field, Merge, RecordType};
use serde_json::Value;

/// What a merge came to.
#[derive(Debug, Clone, PartialEq)]
pub struct Merged {
    /// The record's values now.
    pub fields: Fields,
    /// The groups that both sides changed and that cannot be merged.
    pub conflicts: Vec<&'static str>,
    /// The groups that both sides decided: what the hub has stands.
    pub overtaken: Vec<&'static str>,
}

/// Merges what this side made of `base` (`mine`) with what stands at the hub (`theirs`).
pub fn merge(record: &'static RecordType, base: &Fields, mine: &Fields, theirs: &Fields) -> Merged {
    by_group(record, theirs, |group| merge_group(group, base, mine, theirs))
}

/// Brings two records together of which nobody knows what they were made from. Sets keep what either
/// side has; every other group that differs is a conflict.
pub fn merge_apart(record: &'static RecordType, mine: &Fields, theirs: &Fields) -> Merged {
    by_group(record, theirs, |group| unite_group(group, mine, theirs))
}

/// The values of one side, with what is decided for each group of fields.
fn by_group(
    record: &'static RecordType,
    theirs: &Fields,
    decide: impl Fn(&[&'static Field]) -> Group,
) -> Merged {
    let mut fields = theirs.clone();
    let (mut conflicts, mut overtaken) = (Vec::new(), Vec::new());
    let mut done = BTreeSet::new();
    for field in record.fields {
        if !done.insert(field.group) {
            continue;
        }
        let group: Vec<&'static Field> = record.group(field.group).collect();
        match decide(&group) {
            Group::Theirs => {}
            Group::Values(values) => {
                for (field, value) in group.iter().zip(values) {
                    fields.set(field.name, value);
                }
            }
            Group::Conflict => conflicts.push(field.group),
            Group::Overtaken => overtaken.push(field.group),
        }
    }
    Merged { fields, conflicts, overtaken }
}

enum Group {
    /// What stands at the hub is right already.
    Theirs,
    /// These, in the order of the group's fields; `null` for none.
    Values(Vec<Value>),
    Conflict,
    /// Both sides decided; what stands at the hub is right.
    Overtaken,
}

fn merge_group(group: &[&'static Field], base: &Fields, mine: &Fields, theirs: &Fields) -> Group {
    let differ = |one: &Fields, other: &Fields| {
        entered(group).any(|field| one.get(field.name) != other.get(field.name))
    };
    let changed = |side: &Fields| differ(side, base);
    // Two that decided the same have each decided.
    if is_decision(group) && changed(mine) && changed(theirs) {
        return decide(group, mine, theirs);
    }
    if !differ(mine, theirs) || !changed(mine) {
        return Group::Theirs;
    }
    if !changed(theirs) {
        return Group::Values(values(mine, group));
    }
    let [field] = group else { return Group::Conflict };
    let sides = Sides {
        base: value(base, field.name),
        mine: value(mine, field.name),
        theirs: value(theirs, field.name),
    };
    let merged = match field.merge {
        Merge::Set => sides.merge_set(),
        Merge::List => sides.merge_list(),
        Merge::Counter => sides.merge_counter(),
        Merge::Text => sides.merge_text(),
        // It follows from other fields and is computed again.
        Merge::Computed => Some(sides.theirs),
        Merge::Scalar | Merge::Fixed | Merge::First => None,
    };
    merged.map_or(Group::Conflict, |value| Group::Values(vec![value]))
}

fn unite_group(group: &[&'static Field], mine: &Fields, theirs: &Fields) -> Group {
    if entered(group).all(|field| mine.get(field.name) == theirs.get(field.name)) {
        return Group::Theirs;
    }
    if is_decision(group) {
        return decide(group, mine, theirs);
    }
    let [field] = group else { return Group::Conflict };
    let sides = Sides {
        base: Value::Null,
        mine: value(mine, field.name),
        theirs: value(theirs, field.name),
    };
    match field.merge {
        Merge::Set => sides.merge_set().map_or(Group::Conflict, |set| Group::Values(vec![set])),
        // It follows from other fields and is computed again.
        Merge::Computed => Group::Theirs,
        _ => Group::Conflict,
    }
}

/// Whether a group is what is decided once.
fn is_decision(group: &[&'static Field]) -> bool {
    group.iter().all(|field| field.merge == Merge::First)
}

/// Of two decisions the hub's stands. One that was taken back there is none.
fn decide(group: &[&'static Field], mine: &Fields, theirs: &Fields) -> Group {
    let decides = |side: &Fields| group.iter().any(|field| !value(side, field.name).is_null());
    match (decides(mine), decides(theirs)) {
        (true, true) => Group::Overtaken,
        (true, false) => Group::Values(values(mine, group)),
        (false, _) => Group::Theirs,
    }
}

/// One side's values of a group, in the order of its fields; `null` for none.
fn values(side: &Fields, group: &[&'static Field]) -> Vec<Value> {
    group.iter().map(|field| value(side, field.name)).collect()
}

/// The fields of a group that people enter; what follows from them says nothing of its own.
fn entered<'a>(group: &'a [&'static Field]) -> impl Iterator<Item = &'static Field> + use<'a> {
    let is_all = group.iter().all(|field| field.merge == Merge::Computed);
    group.iter().copied().filter(move |field| is_all || field.merge != Merge::Computed)
}

fn value(fields: &Fields, name: &str) -> Value {
    fields.get(name).cloned().unwrap_or(Value::Null)
}

/// One field, three times.
struct Sides {
    base: Value,
    mine: Value,
    theirs: Value,
}

impl Sides {
    /// Additions and removals of both sides count. A set is kept sorted.
    fn merge_set(&self) -> Option<Value> {
        let set = |value: &Value| -> Option<BTreeSet<String>> {
            elements(value)?.iter().map(|element| serde_json::to_string(element).ok()).collect()
        };
        let (base, mine, theirs) = (set(&self.base)?, set(&self.mine)?, set(&self.theirs)?);
        let mut merged: BTreeSet<&String> = theirs.iter().chain(mine.difference(&base)).collect();
        for removed in base.difference(&mine) {
            merged.remove(removed);
        }
        let elements: Option<Vec<Value>> =
            merged.into_iter().map(|element| serde_json::from_str(element).ok()).collect();
        elements.map(Value::Array)
    }

    /// Element by element, each as a whole. Their order is kept, with what was added here behind.
    fn merge_list(&self) -> Option<Value> {
        let (base, mine, theirs) =
            (elements(&self.base)?, elements(&self.mine)?, elements(&self.theirs)?);
        let mut merged = Vec::new();
        for element in theirs {
            let key = key(element)?;
            let (before, here) = (find(base, key), find(mine, key));
            match (before, here) {
                // Added there, and not here.
                (None, None) => merged.push(element.clone()),
                // Removed here: gone, unless it was changed there.
                (Some(before), None) if before == element => {}
                (Some(_), None) => return None,
                (_, Some(here)) if here == element => merged.push(element.clone()),
                (Some(before), Some(here)) if before == element => merged.push(here.clone()),
                (Some(before), Some(here)) if before == here => merged.push(element.clone()),
                (_, Some(_)) => return None,
            }
        }
        for element in mine {
            let key = key(element)?;
            if find(theirs, key).is_none() {
                match find(base, key) {
                    None => merged.push(element.clone()),
                    // Removed there: gone, unless it was changed here.
                    Some(before) if before == element => {}
                    Some(_) => return None,
                }
            }
        }
        Some(Value::Array(merged))
    }

    /// Both differences count.
    fn merge_counter(&self) -> Option<Value> {
        let number = |value: &Value| if value.is_null() { Some(0) } else { value.as_i64() };
        let (base, mine, theirs) =
            (number(&self.base)?, number(&self.mine)?, number(&self.theirs)?);
        theirs.checked_add(mine.checked_sub(base)?).map(Value::from)
    }

    /// By line.
    fn merge_text(&self) -> Option<Value> {
        let text = |value: &Value| -> Option<String> {
            match value {
                Value::Null => Some(String::new()),
                Value::String(text) => Some(text.clone()),
                _ => None,
            }
        };
        // The last line counts as a line too, however it ends.
        let lines = |value: &Value| text(value).map(|text| format!("{text}\n"));
        let (base, mine, theirs) = (lines(&self.base)?, lines(&self.mine)?, lines(&self.theirs)?);
        let merged = diffy::merge(&base, &mine, &theirs).ok()?;
        Some(Value::String(merged.strip_suffix('\n').unwrap_or(&merged).to_owned()))
    }
}

/// The elements of a list; none where there is no list.
fn elements(value: &Value) -> Option<&[Value]> {
    match value {
        Value::Null => Some(&[]),
        Value::Array(elements) => Some(elements),
        _ => None,
    }
}

fn key(element: &Value) -> Option<&str> {
    element.get("key").and_then(Value::as_str)
}

fn find<'a>(elements: &'a [Value], wanted: &str) -> Option<&'a Value> {
    elements.iter().find(|element| key(element) == Some(wanted))
}

#[cfg(test)]
mod tests {
    use booqing_model::Record;
    use booqing_model::entities::{Booking, Client, Conflict};
    use proptest::prelude::*;
    use serde_json::json;

    use super::*;

    fn fields(value: Value) -> Fields {
        serde_json::from_value(value).expect("fields")
    }

    fn merged(base: Value, mine: Value, theirs: Value) -> Merged {
        merge(Client::TYPE, &fields(base), &fields(mine), &fields(theirs))
    }

    #[test]
    fn different_fields_are_both_kept() {
        let merged = merged(
            json!({"phone": "1", "email": "a"}),
            json!({"phone": "2", "email": "a"}),
            json!({"phone": "1", "website": "w"}),
        );
        assert_eq!(merged.fields, fields(json!({"phone": "2", "website": "w"})));
        assert!(merged.conflicts.is_empty());
    }

    #[test]
    fn a_group_conflicts_as_a_whole_and_the_rest_is_merged() {
        let merged = merged(
            json!({"given_name": "Ana", "family_name": "Berg", "phone": "1"}),
            json!({"given_name": "Anna", "family_name": "Berg", "phone": "2"}),
            json!({"given_name": "Ana", "family_name": "Bergh", "phone": "1"}),
        );
        assert_eq!(merged.conflicts, ["name"]);
        assert_eq!(
            merged.fields,
            fields(json!({"given_name": "Ana", "family_name": "Bergh", "phone": "2"}))
        );
    }

    #[test]
    fn the_same_edit_twice_is_no_conflict() {
        let merged = merged(json!({"phone": "1"}), json!({"phone": "2"}), json!({"phone": "2"}));
        assert!(merged.conflicts.is_empty());
        assert_eq!(merged.fields, fields(json!({"phone": "2"})));
    }

    #[test]
    fn sets_add_and_remove_from_both_sides() {
        let merged = merged(
            json!({"tags": ["a", "b", "c"]}),
            json!({"tags": ["a", "c", "d"]}),
            json!({"tags": ["b", "c", "e"]}),
        );
        assert_eq!(merged.fields, fields(json!({"tags": ["c", "d", "e"]})));
        assert!(merged.conflicts.is_empty());
    }

    /// No field counts yet: the kind is for those that will.
    #[test]
    fn what_both_sides_counted_counts() {
        let counted = |base, mine, theirs| Sides { base, mine, theirs }.merge_counter();
        assert_eq!(counted(json!(10), json!(13), json!(8)), Some(json!(11)));
        assert_eq!(counted(Value::Null, json!(2), json!(-5)), Some(json!(-3)), "none is nothing");
        assert_eq!(counted(json!(0), json!(1), json!(i64::MAX)), None, "too much for a number");
        assert_eq!(counted(json!(i64::MIN), json!(1), json!(0)), None, "a difference too large");
        assert_eq!(counted(json!(1), json!("2"), json!(3)), None, "no number");
    }

    #[test]
    fn of_two_decisions_the_hubs_stands() {
        let open = json!({"record_class": "client"});
        let decided = |at: i64, how: &str| json!({"record_class": "client", "resolved_at": at, "resolution": how});
        let merged = |base: &Value, mine: &Value, theirs: &Value| {
            let [base, mine, theirs] = [base, mine, theirs].map(|side| fields(side.clone()));
            merge(Conflict::TYPE, &base, &mine, &theirs)
        };
        let (mine, theirs) = (decided(5, "mine"), decided(9, "theirs"));
        let both = merged(&open, &mine, &theirs);
        assert_eq!((both.fields, both.overtaken), (fields(theirs.clone()), vec!["decision"]));
        assert!(both.conflicts.is_empty());
        let one = merged(&open, &mine, &open);
        assert_eq!((one.fields, one.overtaken), (fields(mine.clone()), vec![]));
        // Taken back there meanwhile, it is open for the one that was taken here.
        let again = merged(&theirs, &mine, &open);
        assert_eq!((again.fields, again.overtaken), (fields(mine.clone()), vec![]));
        for (mine, theirs, stands, overtaken) in [
            (&mine, &theirs, &theirs, vec!["decision"]),
            (&mine, &open, &mine, vec![]),
            (&open, &theirs, &theirs, vec![]),
        ] {
            let (mine, theirs) = (fields(mine.clone()), fields(theirs.clone()));
            let apart = merge_apart(Conflict::TYPE, &mine, &theirs);
            assert_eq!((apart.fields, apart.overtaken), (fields(stands.clone()), overtaken));
            assert!(apart.conflicts.is_empty());
        }
    }

    #[test]
    fn notes_merge_by_line_until_the_same_line_was_changed() {
        let note = |text: &str| json!({"note": text});
        let apart =
            merged(note("one\ntwo\nthree"), note("ONE\ntwo\nthree"), note("one\ntwo\nTHREE"));
        assert_eq!(apart.fields, fields(note("ONE\ntwo\nTHREE")));
        let clash = merged(note("one\ntwo"), note("one\nzwei"), note("one\ndeux"));
        assert_eq!(clash.conflicts, ["note"]);
        assert_eq!(clash.fields, fields(note("one\ndeux")));
    }

    #[test]
    fn lists_merge_element_by_element() {
        let address = |key: &str, city: &str| json!({"key": key, "kind": "visit", "city": city});
        let list = |elements: Vec<Value>| json!({"addresses": elements});
        let base = list(vec![address("1", "Ede"), address("2", "Elst")]);
        let mine = list(vec![address("1", "Ede"), address("2", "Epe"), address("3", "Echt")]);
        let theirs = list(vec![address("4", "Eys"), address("1", "Eext"), address("2", "Elst")]);
        let apart = merged(base.clone(), mine, theirs.clone());
        assert_eq!(
            apart.fields,
            fields(list(vec![
                address("4", "Eys"),
                address("1", "Eext"),
                address("2", "Epe"),
                address("3", "Echt"),
            ]))
        );
        let clash = merged(
            base.clone(),
            list(vec![address("1", "Eelde"), address("2", "Elst")]),
            theirs.clone(),
        );
        assert_eq!(clash.conflicts, ["addresses"]);
        let removed = merged(base.clone(), list(vec![address("1", "Ede")]), theirs.clone());
        assert_eq!(
            removed.fields,
            fields(list(vec![address("4", "Eys"), address("1", "Eext")])),
            "removed here, untouched there"
        );
        let removed_and_changed = merged(base, list(vec![address("2", "Elst")]), theirs);
        assert_eq!(removed_and_changed.conflicts, ["addresses"], "nothing is lost unseen");
    }

    #[test]
    fn a_slot_is_one_thing() {
        let slot = |resource: &str, starts: &str, from: i64| {
            fields(json!({"resource": resource, "starts": starts, "occupied_from": from,
                "occupied_until": from + 10}))
        };
        let (base, theirs) = (slot("a", "10:00", 0), slot("a", "11:00", 5));
        let merged = merge(Booking::TYPE, &base, &slot("b", "10:00", 0), &theirs);
        assert_eq!((merged.conflicts, merged.fields), (vec!["slot"], theirs.clone()));
        // What follows from the rest says nothing of its own.
        let buffered = slot("a", "10:00", 3);
        let merged = merge(Booking::TYPE, &base, &buffered, &theirs);
        assert_eq!((merged.conflicts, merged.fields), (vec![], theirs.clone()));
        let merged = merge(Booking::TYPE, &base, &theirs, &buffered);
        assert_eq!((merged.conflicts, merged.fields), (vec![], theirs));
    }

    #[test]
    fn without_an_ancestor_all_that_differs_is_kept_twice() {
        let merged = merge_apart(
            Client::TYPE,
            &fields(json!({"phone": "1", "email": "a", "tags": ["a", "b"]})),
            &fields(json!({"phone": "2", "email": "a", "website": "w", "tags": ["c"]})),
        );
        assert_eq!(merged.conflicts, ["phone", "website"]);
        assert_eq!(
            merged.fields,
            fields(json!({"phone": "2", "email": "a", "website": "w", "tags": ["a", "b", "c"]}))
        );
    }

    fn any_client() -> impl Strategy<Value = Fields> {
        let word = || proptest::option::of("[ab]");
        let tags = proptest::collection::btree_set("[a-d]", 0..4);
        (word(), word(), word(), tags).prop_map(|(given, family, phone, tags)| {
            [
                ("given_name".to_owned(), json!(given)),
                ("family_name".to_owned(), json!(family)),
                ("phone".to_owned(), json!(phone)),
                ("tags".to_owned(), json!(tags)),
            ]
            .into_iter()
            .collect()
        })
    }

    proptest! {
        /// What one side left alone is the other side's; with nothing changed on either, nothing
        /// changes.
        #[test]
        fn an_untouched_side_gives_way(base in any_client(), other in any_client()) {
            let theirs = merge(Client::TYPE, &base, &base, &other);
            prop_assert_eq!((theirs.fields, theirs.conflicts.len()), (other.clone(), 0));
            let mine = merge(Client::TYPE, &base, &other, &base);
            prop_assert_eq!((mine.fields, mine.conflicts.len()), (other, 0));
        }

        /// Every value entered on either side is in the record or in a conflict.
        #[test]
        fn no_edit_is_lost_unseen(base in any_client(), mine in any_client(), theirs in any_client()) {
            let merged = merge(Client::TYPE, &base, &mine, &theirs);
            for name in ["given_name", "family_name", "phone"] {
                let group = Client::TYPE.field(name).expect("a field").group;
                for side in [&mine, &theirs] {
                    let edited = side.get(name) != base.get(name);
                    let there = merged.fields.get(name) == side.get(name);
                    prop_assert!(!edited || there || merged.conflicts.contains(&group), "{}", name);
                }
            }
        }

        /// Which side is which matters only where there is a conflict.
        #[test]
        fn without_a_conflict_both_sides_come_to_the_same(
            base in any_client(), mine in any_client(), theirs in any_client(),
        ) {
            let one = merge(Client::TYPE, &base, &mine, &theirs);
            let other = merge(Client::TYPE, &base, &theirs, &mine);
            prop_assert_eq!(&one.conflicts, &other.conflicts);
            if one.conflicts.is_empty() {
                prop_assert_eq!(one.fields, other.fields);
            }
        }
    }
}
