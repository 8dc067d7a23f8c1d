//! Where everything sits in the graph. Places depend only on the size of the view and on the
//! groups, so a failover moves nothing but roles.

use std::f64::consts::{PI, TAU};

use super::grid;

/// A place in the view, pixels.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Point {
    /// To the right.
    pub x: f64,
    /// Downwards.
    pub y: f64,
}

impl Point {
    /// The point this far along the straight way to another.
    pub fn towards(self, to: Self, part: f64) -> Self {
        Self { x: self.x + (to.x - self.x) * part, y: self.y + (to.y - self.y) * part }
    }

    /// The straight distance.
    pub fn distance(self, to: Self) -> f64 {
        (to.x - self.x).hypot(to.y - self.y)
    }

    /// The point at an angle (clockwise from the right, radians) and a distance.
    pub fn polar(self, angle: f64, radius: f64) -> Self {
        Self { x: self.x + angle.cos() * radius, y: self.y + angle.sin() * radius }
    }
}

/// The places of one view.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Seats {
    /// Width of the view.
    pub width: f64,
    /// Height of the view.
    pub height: f64,
    /// Middle of the slot ring.
    pub centre: Point,
    /// Radius of the slot ring.
    pub ring: f64,
    /// Radius of a node.
    pub node: f64,
    /// The hosts' places.
    pub hosts: Vec<Point>,
    /// Whether there is room for words at every node.
    pub labels: bool,
}

/// Where the labels of a node stand.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Side {
    /// On its left.
    Left,
    /// On its right.
    Right,
    /// Below it.
    Below,
    /// There is no room for any.
    None,
}

impl Side {
    /// The direction in which words go on, for those that stand beside a node.
    pub fn beside(self) -> Option<f64> {
        match self {
            Self::Left => Some(-1.0),
            Self::Right => Some(1.0),
            Self::Below | Self::None => None,
        }
    }
}

/// Where the view is lower than this, nodes are small, pixels.
const LOW: f64 = 380.0;

/// Where the view is narrower than this, words at nodes are short, pixels.
const NARROW: f64 = 480.0;
/// How far words beside a node reach, pixels.
const LABEL: f64 = 140.0;

/// So many hosts sit around the slot ring.
const AROUND: usize = 9;

impl Seats {
    /// Places for these groups of hosts in a view of this size: around the slot ring while they are
    /// few, beside it in rows when they are many.
    pub fn arrange(shards: &[Vec<usize>], hosts: usize, width: f64, height: f64) -> Self {
        if hosts > AROUND {
            return grid::arrange(shards, hosts, width, height);
        }
        let small = width < 620.0 || height < LOW;
        let node = if small { 20.0 } else { 27.0 };
        // Above a node there is room for its rings and caption. Its labels stand beside it, or,
        // where that is too wide, below it.
        let (above, below, aside) = match small {
            true if width < NARROW => (42.0, 68.0, 40.0),
            true => (42.0, 60.0, 40.0),
            false => (60.0, 40.0, 170.0),
        };
        let angles = angles(shards, hosts);
        let top = angles.iter().map(|it| it.sin()).fold(-0.5, f64::min);
        let bottom = angles.iter().map(|it| it.sin()).fold(0.5, f64::max);
        // The lowest and the highest seat touch the edges, whatever the angles are.
        let rx = (width / 2.0 - node - aside).clamp(40.0, 310.0);
        let ry = ((height - above - below - 2.0 * node) / (bottom - top)).clamp(40.0, 300.0);
        let spare = height - above - below - 2.0 * node - ry * (bottom - top);
        let centre = Point { x: width / 2.0, y: above + node + spare.max(0.0) / 2.0 - ry * top };
        let place =
            |angle: &f64| Point { x: centre.x + rx * angle.cos(), y: centre.y + ry * angle.sin() };
        let places = angles.iter().map(place).collect();
        let ring = (rx.min(ry) * if small { 0.47 } else { 0.54 }).clamp(34.0, 130.0);
        Self { width, height, centre, ring, node, hosts: places, labels: true }
    }

    /// Whether there is little room.
    pub fn small(&self) -> bool {
        self.node < 24.0
    }

    /// Whether there is room for a word or two at a node, and no more.
    pub fn brief(&self) -> bool {
        self.around() && self.width < NARROW
    }

    /// Whether the hosts sit around the slot ring, so that what they own can be drawn as a way to it.
    pub fn around(&self) -> bool {
        self.hosts.len() <= AROUND
    }

    /// Where a node's labels stand.
    pub fn side(&self, host: usize) -> Side {
        if !self.around() {
            return if self.labels { Side::Below } else { Side::None };
        }
        match self.hosts.get(host) {
            Some(at) if !self.small() => {
                let (side, way) = match at.x < self.centre.x - 1.0 {
                    true => (Side::Left, -1.0),
                    false => (Side::Right, 1.0),
                };
                let in_the_way = |it: &Point| {
                    let aside = (it.x - at.x) * way;
                    aside > 0.0
                        && aside < LABEL + self.node
                        && (it.y - at.y).abs() < self.node + 20.0
                };
                if self.hosts.iter().any(in_the_way) { Side::Below } else { side }
            }
            _ => Side::Below,
        }
    }
}

/// The angle of each host: groups share the circle by their number, their members sit close. The
/// first is at the top; four have the corners, since at a side members would stand on top of each
/// other.
fn angles(shards: &[Vec<usize>], hosts: usize) -> Vec<f64> {
    let mut angles = vec![0.0; hosts];
    let share = TAU / shards.len().max(1) as f64;
    let first = if shards.len() == 4 { -0.75 * PI } else { -PI / 2.0 };
    for (number, members) in shards.iter().enumerate() {
        let middle = first + share * number as f64;
        let step = share * 0.84 / members.len().max(1) as f64;
        for (place, &host) in members.iter().enumerate() {
            let offset = place as f64 - (members.len() as f64 - 1.0) / 2.0;
            if let Some(angle) = angles.get_mut(host) {
                *angle = middle + offset * step;
            }
        }
    }
    angles
}

#[cfg(test)]
mod tests {
    use super::*;

    fn inside(seats: &Seats) -> bool {
        let (x, y) = (seats.node..seats.width - seats.node, seats.node..seats.height - seats.node);
        seats.hosts.iter().all(|at| x.contains(&at.x) && y.contains(&at.y))
    }

    #[test]
    fn every_node_is_inside_the_view_and_apart_from_the_others() {
        let shards = [vec![0, 3], vec![1, 4], vec![2, 5]];
        for (width, height) in [(900.0, 560.0), (720.0, 400.0), (370.0, 360.0)] {
            let seats = Seats::arrange(&shards, 6, width, height);
            assert!(inside(&seats), "{seats:?}");
            for (at, one) in seats.hosts.iter().enumerate() {
                let apart = |two: &Point| one.distance(*two) > 2.0 * seats.node;
                assert!(seats.hosts[at + 1..].iter().all(apart), "{seats:?}");
            }
        }
    }

    #[test]
    fn a_host_more_leaves_room_for_words_on_a_phone() {
        let shards = [vec![0, 3], vec![1, 4], vec![2, 5], vec![6]];
        let seats = Seats::arrange(&shards, 7, 390.0, 275.0);
        assert!(inside(&seats), "{seats:?}");
        for (at, one) in seats.hosts.iter().enumerate() {
            let apart = |two: &Point| {
                (one.x - two.x).abs() > 2.0 * seats.node
                    || (one.y - two.y).abs() > 2.0 * seats.node + 14.0
            };
            assert!(seats.hosts[at + 1..].iter().all(apart), "{seats:?}");
        }
    }

    #[test]
    fn many_nodes_are_inside_the_view_and_apart_too() {
        for (masters, replicas) in [(6, 1), (10, 2), (50, 1), (3, 9)] {
            let shard = |n: usize| (0..=replicas).map(|it| n + it * masters).collect::<Vec<_>>();
            let shards: Vec<_> = (0..masters).map(shard).collect();
            let hosts = masters * (1 + replicas);
            for (width, height) in [(1100.0, 560.0), (720.0, 400.0), (370.0, 360.0)] {
                let seats = Seats::arrange(&shards, hosts, width, height);
                assert!(inside(&seats), "{seats:?}");
                for (at, one) in seats.hosts.iter().enumerate() {
                    let apart = |two: &Point| one.distance(*two) >= 2.0 * seats.node;
                    assert!(seats.hosts[at + 1..].iter().all(apart), "{masters}: {seats:?}");
                }
            }
        }
    }
}
