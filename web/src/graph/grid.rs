//! Places for many hosts: a shard beside the next in rows, the slot ring on their left, or above them
//! where the view is narrow.

use super::seats::{Point, Seats};

/// The largest and the smallest radius of a node, and the one from which words fit.
const NODE: (f64, f64) = (24.0, 5.0);
const WORDY: f64 = 17.0;

/// A part of the view.
struct Area {
    x: f64,
    y: f64,
    width: f64,
    height: f64,
}

/// What a shard takes for a node's radius.
struct Cell {
    width: f64,
    height: f64,
    /// Between two members.
    step: f64,
    /// Members in a row.
    row: usize,
}

impl Cell {
    fn of(node: f64, members: usize) -> Self {
        let words = node >= WORDY;
        // Words are wider than the node that they stand below.
        let step = 2.0 * node + if words { 40.0 } else { 6.0 };
        let line = 2.0 * node + if words { 44.0 } else { 6.0 };
        let row = members.min(4);
        let rows = members.div_ceil(row);
        let (right, below) = if words { (4.0, 8.0) } else { (0.6 * node, 0.7 * node) };
        Self { width: step * row as f64 + right, height: line * rows as f64 + below, step, row }
    }

    fn line(&self, node: f64) -> f64 {
        2.0 * node + if node >= WORDY { 44.0 } else { 6.0 }
    }
}

/// The places.
pub fn arrange(shards: &[Vec<usize>], hosts: usize, width: f64, height: f64) -> Seats {
    let (ring, centre, area) = split(width, height);
    let members = shards.iter().map(Vec::len).max().unwrap_or(1).max(1);
    let count = shards.len().max(1);
    // The largest nodes that fit.
    let mut node = NODE.0;
    let (cell, columns) = loop {
        let cell = Cell::of(node, members);
        let columns = ((area.width / cell.width) as usize).clamp(1, count);
        let rows = count.div_ceil(columns);
        let fits = cell.width <= area.width && rows as f64 * cell.height <= area.height;
        if fits || node <= NODE.1 {
            break (cell, rows_evenly(count, columns));
        }
        node -= 0.5;
    };
    let rows = count.div_ceil(columns);
    let (across, down) = (area.width / columns as f64, area.height / rows as f64);
    let mut places = vec![Point::default(); hosts];
    for (number, shard) in shards.iter().enumerate() {
        let middle_x = area.x + across * ((number % columns) as f64 + 0.5);
        let middle_y = area.y + down * ((number / columns) as f64 + 0.5);
        let in_row = cell.row.min(shard.len()).max(1);
        let lines = shard.len().div_ceil(in_row);
        let line = cell.line(node);
        // Words stand below their node, so the node itself sits higher than the middle.
        let words = if node >= WORDY { 18.0 } else { 0.0 };
        for (place, &host) in shard.iter().enumerate() {
            let (column, row) = ((place % in_row) as f64, (place / in_row) as f64);
            let x = middle_x + (column - (in_row as f64 - 1.0) / 2.0) * cell.step;
            let y = middle_y + (row - (lines as f64 - 1.0) / 2.0) * line - words;
            if let Some(seat) = places.get_mut(host) {
                *seat = Point { x, y };
            }
        }
    }
    Seats { width, height, centre, ring, node, hosts: places, labels: node >= WORDY }
}

/// As many columns as leave the last row as full as the others.
fn rows_evenly(count: usize, columns: usize) -> usize {
    count.div_ceil(count.div_ceil(columns))
}

/// The slot ring's radius and place, and what is left for the nodes.
fn split(width: f64, height: f64) -> (f64, Point, Area) {
    let margin = 14.0;
    // The legend stands at the bottom.
    let bottom = 34.0;
    if width < 620.0 {
        let ring = (height * 0.12).clamp(28.0, 46.0);
        let top = 2.0 * ring + 2.0 * margin;
        let centre = Point { x: width / 2.0, y: margin + ring };
        let area = Area {
            x: margin / 2.0,
            y: top,
            width: width - margin,
            height: (height - top - bottom).max(60.0),
        };
        return (ring, centre, area);
    }
    let ring = (width * 0.1).min(height * 0.32).clamp(46.0, 120.0);
    let centre = Point { x: ring + 2.0 * margin, y: (height - bottom / 2.0) / 2.0 };
    let left = 2.0 * ring + 4.0 * margin;
    let area = Area {
        x: left,
        y: margin,
        width: width - left - margin,
        height: (height - margin - bottom).max(60.0),
    };
    (ring, centre, area)
}
