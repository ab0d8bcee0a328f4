//! The bookmarks of a document: its headings, one within the other (ISO 32000-1, 12.3.3).

use lopdf::{Dictionary, Document, Object, ObjectId};

use crate::heading::Level;
use crate::object;

/// A heading and where it stands.
pub(crate) struct Entry {
    pub(crate) level: Level,
    pub(crate) title: String,
    /// Pages before the one it stands on.
    pub(crate) page: u32,
    /// Points from the bottom of the page to just above the heading.
    pub(crate) top: f32,
}

/// How a bookmark hangs together with others, by their positions. Position 0 is the root.
#[derive(Default)]
struct Links {
    parent: usize,
    previous: Option<usize>,
    next: Option<usize>,
    first: Option<usize>,
    last: Option<usize>,
    children: i64,
}

/// Adds the bookmarks to a document and gives their root, if there are any.
pub(crate) fn write(
    document: &mut Document,
    entries: &[Entry],
    pages: &[ObjectId],
) -> Option<ObjectId> {
    if entries.is_empty() {
        return None;
    }
    let links = link(entries);
    let ids: Vec<ObjectId> = links.iter().map(|_| document.new_object_id()).collect();
    let root = ids.first().copied()?;
    for (position, (id, own)) in ids.iter().zip(&links).enumerate() {
        let mut dictionary = Dictionary::new();
        if let Some(entry) = position.checked_sub(1).and_then(|at| entries.get(at)) {
            dictionary.set("Title", object::text(&entry.title));
            dictionary.set("Dest", destination(entry, pages));
            dictionary.set("Parent", ids.get(own.parent).copied().unwrap_or(root));
        } else {
            dictionary.set("Type", Object::Name(b"Outlines".to_vec()));
        }
        let others =
            [("Prev", own.previous), ("Next", own.next), ("First", own.first), ("Last", own.last)];
        for (key, other) in others {
            if let Some(other) = other.and_then(|at| ids.get(at)) {
                dictionary.set(key, *other);
            }
        }
        if own.children > 0 {
            // Negative: shown closed. Only the sections are shown at first.
            dictionary.set("Count", if position == 0 { own.children } else { -own.children });
        }
        document.objects.insert(*id, Object::Dictionary(dictionary));
    }
    Some(root)
}

fn link(entries: &[Entry]) -> Vec<Links> {
    let mut links = vec![Links::default()];
    // The headings above the current one, outermost first, and the root before them.
    let mut above: Vec<(usize, Option<Level>)> = vec![(0, None)];
    for (position, entry) in (1..).zip(entries) {
        while above.last().is_some_and(|(_, level)| level.is_some_and(|level| level >= entry.level))
        {
            above.pop();
        }
        let parent = above.last().map(|(at, _)| *at).unwrap_or_default();
        let mut own = Links { parent, ..Links::default() };
        if let Some(parent) = links.get_mut(parent) {
            own.previous = parent.last;
            parent.last = Some(position);
            parent.first = parent.first.or(Some(position));
            parent.children += 1;
        }
        if let Some(previous) = own.previous.and_then(|at| links.get_mut(at)) {
            previous.next = Some(position);
        }
        links.push(own);
        above.push((position, Some(entry.level)));
    }
    links
}

fn destination(entry: &Entry, pages: &[ObjectId]) -> Object {
    let page = pages.get(entry.page as usize).copied().unwrap_or_default();
    Object::Array(vec![
        Object::Reference(page),
        Object::Name(b"XYZ".to_vec()),
        Object::Null,
        Object::Real(entry.top.round()),
        Object::Null,
    ])
}
