//! Paragraphs, details and notes.

use crate::error::{PdfError, Place};
use crate::flow::Flow;
use crate::style::{self, Ink, Type, lines_in, whole_lines};
use crate::tree::{Node, Tag, Tree};
use crate::words::{Line, measure};

/// How a paragraph stands out.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Emphasis {
    /// Running text.
    #[default]
    Plain,
    /// A sentence that must not be missed.
    Strong,
    /// An explanation beside the matter: small and grey.
    Quiet,
}

/// What a note is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Tone {
    /// An explanation: why something is kept and until when.
    #[default]
    Plain,
    /// Something to act upon.
    Attention,
}

/// Sets a paragraph. An empty text sets nothing.
pub(crate) fn paragraph(flow: &mut Flow, text: &str, emphasis: Emphasis) -> Result<(), PdfError> {
    if text.trim().is_empty() {
        return Ok(());
    }
    let style = match emphasis {
        Emphasis::Plain => style::BODY,
        Emphasis::Strong => style::BODY_STRONG,
        Emphasis::Quiet => style::SMALL,
    };
    let width = flow.frame.measure();
    let lines = flow.lines(text, &style, width, &|| Place::Paragraph)?;
    flow.reserve(style.leading * whole_lines(lines.len().min(3)))?;
    let node = flow.tree.add(Tree::ROOT, Tag::Paragraph);
    flow.set_paragraph(node, &style, lines)?;
    flow.gap(style::BETWEEN_PARAGRAPHS);
    Ok(())
}

/// Sets labels with their values, one below the other.
pub(crate) fn details<K: AsRef<str>, V: AsRef<str>>(
    flow: &mut Flow,
    pairs: &[(K, V)],
) -> Result<(), PdfError> {
    let left = flow.frame.left;
    let most = flow.frame.measure() * 0.36;
    let mut widest = 90.0_f32;
    for (label, _) in pairs {
        let label = label.as_ref();
        let face = flow.faces.get(style::LABEL.weight);
        let measured = measure(face, label, &|| detail(label))?;
        widest = widest.max(measured.width(face, style::LABEL.size));
    }
    let labels = widest.min(most);
    let values = left + labels + style::GUTTER + 4.0;
    let mut table = None;
    for (label, value) in pairs {
        let (label, value) = (label.as_ref(), value.as_ref());
        let place = || detail(label);
        let label_lines = flow.lines(label, &style::LABEL, labels + 0.1, &place)?;
        let value_width = flow.frame.right - values;
        let value_lines = flow.lines(value, &style::VALUE, value_width, &place)?;
        let most_lines = label_lines.len().max(value_lines.len());
        flow.reserve(style::VALUE.leading * whole_lines(most_lines.min(40)))?;
        let table = *table.get_or_insert_with(|| flow.tree.add(Tree::ROOT, Tag::Table));
        let row = flow.tree.add(table, Tag::Row);
        let title = flow.tree.add(row, Tag::RowTitle);
        let cell = flow.tree.add(row, Tag::Cell);
        let (page, top) = (flow.page, flow.y);
        flow.set_marked(title, "TH", left, &style::LABEL, label_lines);
        let under_label = flow.y;
        flow.y = top;
        set_long(flow, cell, values, value_lines)?;
        if flow.page == page {
            flow.y = flow.y.max(under_label);
        }
        flow.gap(style::BETWEEN_DETAILS);
    }
    flow.gap(style::AROUND_BLOCK);
    Ok(())
}

fn detail(label: &str) -> Place {
    Place::Detail { label: label.to_owned() }
}

/// Sets the lines of a value, over pages if it must.
fn set_long(flow: &mut Flow, cell: Node, left: f32, lines: Vec<Line>) -> Result<(), PdfError> {
    let style = style::VALUE;
    let mut rest = lines.into_iter();
    loop {
        let fitting = lines_in(flow.frame.bottom - flow.y, style.leading).max(1);
        let part: Vec<Line> = rest.by_ref().take(fitting).collect();
        flow.set_marked(cell, "TD", left, &style, part);
        if rest.len() == 0 {
            return Ok(());
        }
        flow.next_page()?;
    }
}

/// Sets a note on a ground of its own, with a bar at its left.
pub(crate) fn note(flow: &mut Flow, title: &str, text: &str, tone: Tone) -> Result<(), PdfError> {
    let (side, above) = style::NOTE_PADDING;
    let width = flow.frame.measure() - 2.0 * side;
    let mut lines = Vec::new();
    for (text, style) in [(title, style::NOTE_TITLE), (text, style::NOTE)] {
        if !text.trim().is_empty() {
            lines.push((style, flow.lines(text, &style, width, &|| Place::Note)?));
        }
    }
    let text: f32 =
        lines.iter().map(|(style, lines)| style.leading * whole_lines(lines.len())).sum();
    if text == 0.0 {
        return Ok(());
    }
    let whole = text + 2.0 * above;
    let least = style::NOTE.leading * 4.0 + 2.0 * above;
    flow.gap(style::AROUND_BLOCK);
    flow.reserve(if whole <= flow.page_room() { whole } else { least })?;
    let node = flow.tree.add(Tree::ROOT, Tag::Note);
    let mut parts = Vec::new();
    for (style, lines) in lines {
        let paragraph = flow.tree.add(node, Tag::Paragraph);
        parts.extend(lines.into_iter().map(|line| (paragraph, style, line)));
    }
    let mut parts = parts.into_iter().peekable();
    while parts.peek().is_some() {
        let room = flow.frame.bottom - flow.y - 2.0 * above + 0.01;
        let mut part = Vec::new();
        let mut high = 0.0;
        while let Some(next) =
            parts.next_if(|(_, style, _)| part.is_empty() || high + style.leading <= room)
        {
            high += next.1.leading;
            part.push(next);
        }
        set_ground(flow, high + 2.0 * above, tone);
        flow.y += above;
        set_note_lines(flow, flow.frame.left + side, part);
        flow.y += above;
        if parts.peek().is_some() {
            flow.next_page()?;
        }
    }
    flow.gap(style::AROUND_BLOCK);
    Ok(())
}

fn set_ground(flow: &mut Flow, height: f32, tone: Tone) {
    let (ground, bar) = match tone {
        Tone::Plain => (Ink::Ground, Ink::Accent),
        Tone::Attention => (Ink::AttentionGround, Ink::Attention),
    };
    let (left, top, width) = (flow.frame.left, flow.y, flow.frame.measure());
    flow.sheet.fill(left, top, width, height, ground);
    flow.sheet.fill(left, top, style::NOTE_BAR, height, bar);
}

/// Sets lines of the paragraphs of a note, each paragraph as one piece of text.
fn set_note_lines(flow: &mut Flow, left: f32, lines: Vec<(Node, Type, Line)>) {
    let mut rest = lines.into_iter().peekable();
    while let Some((node, style, line)) = rest.next() {
        let mut lines = vec![line];
        while let Some((_, _, line)) = rest.next_if(|(next, _, _)| *next == node) {
            lines.push(line);
        }
        flow.set_marked(node, "P", left, &style, lines);
    }
}
