//! How the width of a page is shared out among the columns of a table.

use crate::style::GUTTER;
use crate::table::{Align, Column, Width};

/// Where a column stands.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Span {
    pub(crate) left: f32,
    pub(crate) width: f32,
    pub(crate) align: Align,
}

impl Span {
    /// Where a line of this width begins.
    pub(crate) fn start(&self, line: f32) -> f32 {
        match self.align {
            Align::Left => self.left,
            Align::Right => self.left + self.width - line,
        }
    }
}

/// The least that a column which takes a share gets, as long as there is room.
const LEAST_SHARE: f32 = 70.0;

/// Places the columns between `left` and `left + measure`. `widest` is what the texts of each
/// column ask for.
pub(crate) fn place(columns: &[Column], widest: &[f32], left: f32, measure: f32) -> Vec<Span> {
    let gutters = crate::style::whole_lines(columns.len().saturating_sub(1)) * GUTTER;
    let room = (measure - gutters).max(1.0);
    let mut widths: Vec<f32> = columns
        .iter()
        .zip(widest)
        .map(|(column, widest)| match column.width {
            Width::Fit => *widest,
            Width::Points(points) => points.max(1.0),
            Width::Share(_) => 0.0,
        })
        .collect();
    let shares: f32 = columns.iter().map(share).sum();
    let sharing = columns.iter().filter(|column| share(column) > 0.0).count();
    let wanted = crate::style::whole_lines(sharing) * LEAST_SHARE.min(room / 3.0);
    narrow(columns, &mut widths, room - wanted);
    let left_over = (room - widths.iter().sum::<f32>()).max(0.0);
    if shares > 0.0 {
        for (width, column) in widths.iter_mut().zip(columns) {
            *width += left_over * share(column) / shares;
        }
    } else {
        widen(columns, &mut widths, left_over);
    }
    let mut at = left;
    columns
        .iter()
        .zip(widths)
        .map(|(column, width)| {
            let span = Span { left: at, width: width.max(1.0), align: column.align };
            at += span.width + GUTTER;
            span
        })
        .collect()
}

fn share(column: &Column) -> f32 {
    match column.width {
        Width::Share(share) => share.max(0.01),
        Width::Fit | Width::Points(_) => 0.0,
    }
}

/// Takes away what is too much, from words before figures: words can be broken.
fn narrow(columns: &[Column], widths: &mut [f32], room: f32) {
    for align in [Some(Align::Left), None] {
        let too_much = widths.iter().sum::<f32>() - room.max(1.0);
        if too_much <= 0.0 {
            return;
        }
        let chosen = |column: &Column| align.is_none_or(|align| column.align == align);
        let sum: f32 = columns
            .iter()
            .zip(widths.iter())
            .filter(|(column, _)| chosen(column))
            .map(|(_, width)| *width)
            .sum();
        // Words give up two thirds at most.
        let most = if align.is_some() { sum * 2.0 / 3.0 } else { sum };
        let factor = if sum > 0.0 { 1.0 - too_much.min(most) / sum } else { 1.0 };
        for (width, column) in widths.iter_mut().zip(columns) {
            if chosen(column) {
                *width *= factor;
            }
        }
    }
}

/// Spreads what is left over, among words if there are any.
fn widen(columns: &[Column], widths: &mut [f32], left_over: f32) {
    let words = columns.iter().any(|column| column.align == Align::Left);
    let chosen = |column: &Column| !words || column.align == Align::Left;
    let count = columns.iter().filter(|column| chosen(column)).count();
    for (width, column) in widths.iter_mut().zip(columns) {
        if chosen(column) {
            *width += left_over / crate::style::whole_lines(count.max(1));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn widths(columns: &[Column], widest: &[f32], measure: f32) -> Vec<f32> {
        let spans = place(columns, widest, 50.0, measure);
        let last = spans.last().expect("a column");
        assert!((last.left + last.width - 50.0 - measure).abs() < 0.1, "{spans:?}");
        spans.iter().map(|span| span.width.round()).collect()
    }

    #[test]
    fn shares_take_what_fitting_columns_leave() {
        let columns = [Column::short("d"), Column::text("o", 1.0), Column::number("b")];
        assert_eq!(widths(&columns, &[50.0, 900.0, 60.0], 474.0), [50.0, 340.0, 60.0]);
    }

    #[test]
    fn words_give_way_before_figures() {
        let columns = [Column::short("d"), Column::text("o", 1.0), Column::number("b")];
        assert_eq!(widths(&columns, &[600.0, 0.0, 60.0], 474.0), [320.0, 70.0, 60.0]);
    }

    #[test]
    fn without_shares_the_words_spread() {
        let columns = [Column::short("d"), Column::number("b")];
        assert_eq!(widths(&columns, &[50.0, 60.0], 412.0), [340.0, 60.0]);
        let columns = [Column::number("a"), Column::number("b")];
        assert_eq!(widths(&columns, &[50.0, 60.0], 412.0), [195.0, 205.0]);
    }
}
