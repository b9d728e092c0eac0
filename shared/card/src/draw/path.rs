//! Path notation of glyphs and marks, and its way to straight pieces.
//!
//! A path is text in the manner of SVG, in whole units, y upwards: `M x y` moves, `L x y`, `H x` and `V y` draw
//! lines, `C` a cubic Bézier, `Z` closes. Two commands are of our own: `X x y` is a quarter of a rounded
//! ellipse that leaves along x and arrives along y, `Y x y` one that leaves along y and arrives along x.
//! `D x y` is a dot. `W n` sets the weight of what follows, in percent.

/// A point, in units of the path or in pixels.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Point {
    /// To the right.
    pub x: f32,
    /// Upwards in a path, downwards in pixels.
    pub y: f32,
}

impl Point {
    /// The point (`x`, `y`).
    pub(crate) const fn new(x: f32, y: f32) -> Self {
        Self { x, y }
    }

    fn towards(self, other: Point, share: f32) -> Point {
        Point::new(self.x + (other.x - self.x) * share, self.y + (other.y - self.y) * share)
    }

    fn distance(self, other: Point) -> f32 {
        let (dx, dy) = (other.x - self.x, other.y - self.y);
        (dx * dx + dy * dy).sqrt()
    }
}

/// One straight piece of a path, or a dot where both ends are the same.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Piece {
    /// Where it starts.
    pub from: Point,
    /// Where it ends.
    pub to: Point,
    /// Width against the pen's.
    pub weight: f32,
}

/// How much wider a dot is than the pen: an equal one looks smaller than the stem below it.
pub(crate) const DOT: f32 = 1.24;

/// How far the handles of a quarter reach. 0.5523 makes a circle; a little more makes the shoulders rounder.
const ROUNDNESS: f32 = 0.585;

/// Calls `draw` with each straight piece of `path`, every point of which went through `place`. Curves are cut as
/// finely as their length after `place` asks for, so that they look smooth when that is in pixels.
///
/// A path that isn't well-formed ends where it stops making sense; the glyph tables are tested for that.
pub(crate) fn flatten(path: &str, place: impl Fn(Point) -> Point, mut draw: impl FnMut(Piece)) {
    let mut numbers = Numbers { rest: path.as_bytes() };
    let mut weight = 1.0;
    let (mut start, mut at) = (Point::new(0.0, 0.0), Point::new(0.0, 0.0));
    while let Some(command) = numbers.command() {
        let mut curve = |from: Point, leave: Point, arrive: Point, to: Point| {
            cubic(place(from), place(leave), place(arrive), place(to), |from, to| {
                draw(Piece { from, to, weight })
            });
        };
        match command {
            b'Z' => {
                draw(Piece { from: place(at), to: place(start), weight });
                at = start;
                continue;
            }
            b'W' => {
                let Some(percent) = numbers.next() else { return };
                weight = percent / 100.0;
                continue;
            }
            b'H' | b'V' => {
                let Some(along) = numbers.next() else { return };
                let to = if command == b'H' { Point::new(along, at.y) } else { Point::new(at.x, along) };
                draw(Piece { from: place(at), to: place(to), weight });
                at = to;
                continue;
            }
            _ => {}
        }
        let Some(first) = numbers.point() else { return };
        match command {
            b'M' => {
                start = first;
                at = first;
            }
            b'L' => {
                draw(Piece { from: place(at), to: place(first), weight });
                at = first;
            }
            b'D' => draw(Piece { from: place(first), to: place(first), weight: weight * DOT }),
            b'X' => {
                let corner = Point::new(first.x, at.y);
                curve(at, at.towards(corner, ROUNDNESS), first.towards(corner, ROUNDNESS), first);
                at = first;
            }
            b'Y' => {
                let corner = Point::new(at.x, first.y);
                curve(at, at.towards(corner, ROUNDNESS), first.towards(corner, ROUNDNESS), first);
                at = first;
            }
            b'C' => {
                let (Some(arrive), Some(to)) = (numbers.point(), numbers.point()) else { return };
                curve(at, first, arrive, to);
                at = to;
            }
            _ => return,
        }
    }
}

fn cubic(from: Point, leave: Point, arrive: Point, to: Point, mut draw: impl FnMut(Point, Point)) {
    let length = from.distance(leave) + leave.distance(arrive) + arrive.distance(to);
    let steps = (length.sqrt() * 1.8).clamp(4.0, 48.0) as u16;
    let mut last = from;
    for step in 1..=steps {
        let t = f32::from(step) / f32::from(steps);
        let (a, b, c) = (from.towards(leave, t), leave.towards(arrive, t), arrive.towards(to, t));
        let next = a.towards(b, t).towards(b.towards(c, t), t);
        draw(last, next);
        last = next;
    }
}

struct Numbers<'a> {
    rest: &'a [u8],
}

impl Numbers<'_> {
    fn blank(&mut self) {
        while let [b' ' | b',', rest @ ..] = self.rest {
            self.rest = rest;
        }
    }

    fn command(&mut self) -> Option<u8> {
        self.blank();
        let (&command, rest) = self.rest.split_first()?;
        self.rest = rest;
        Some(command)
    }

    fn next(&mut self) -> Option<f32> {
        self.blank();
        let negative = self.rest.first() == Some(&b'-');
        if let (true, [_, rest @ ..]) = (negative, self.rest) {
            self.rest = rest;
        }
        let mut value = None;
        while let [digit @ b'0'..=b'9', rest @ ..] = self.rest {
            value = Some(value.unwrap_or(0.0) * 10.0 + f32::from(digit - b'0'));
            self.rest = rest;
        }
        value.map(|value| if negative { -value } else { value })
    }

    fn point(&mut self) -> Option<Point> {
        Some(Point::new(self.next()?, self.next()?))
    }
}
