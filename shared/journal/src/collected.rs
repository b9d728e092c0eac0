//! What an isolate knows of a bundle and has not handed over yet.

use std::collections::VecDeque;

use crate::{Line, Sums};

/// Most bytes of lines that wait. The oldest make room.
pub const MAX_WAITING_BYTES: usize = 256 * 1024;

/// Lines and sums since the last handing over.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Collected {
    lines: VecDeque<Line>,
    bytes: usize,
    /// What was counted.
    pub sums: Sums,
}

impl Collected {
    /// Takes a line.
    pub fn write(&mut self, line: Line) {
        self.sums.wrote(line.level.as_str(), 1);
        self.bytes += line.bytes();
        self.lines.push_back(line);
        self.make_room();
    }

    /// The lines, in the order in which they came.
    pub fn lines(&self) -> impl Iterator<Item = &Line> {
        self.lines.iter()
    }

    /// The lines, to be handed over.
    pub fn into_parts(self) -> (Vec<Line>, Sums) {
        (self.lines.into(), self.sums)
    }

    /// Takes back what could not be handed over, before what came since.
    pub fn take_back(&mut self, lines: Vec<Line>, sums: &Sums) {
        self.sums.merge(sums);
        for line in lines.into_iter().rev() {
            self.bytes += line.bytes();
            self.lines.push_front(line);
        }
        self.make_room();
    }

    fn make_room(&mut self) {
        while self.bytes > MAX_WAITING_BYTES {
            let Some(oldest) = self.lines.pop_front() else { return };
            self.bytes -= oldest.bytes();
            self.sums.lines_lost = self.sums.lines_lost.saturating_add(1);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Level;

    fn line(at: u64, text: &str) -> Line {
        let (level, version) = (Level::Info, "1.0.0".to_owned());
        Line { at, level, request: None, call: String::new(), version, text: text.to_owned() }
    }

    #[test]
    fn what_could_not_be_handed_over_comes_first_next_time() {
        let mut collected = Collected::default();
        collected.write(line(1, "one"));
        collected.write(line(2, "two"));
        let (lines, sums) = std::mem::take(&mut collected).into_parts();
        collected.write(line(3, "three"));
        collected.take_back(lines, &sums);
        assert_eq!(collected.lines().map(|line| line.at).collect::<Vec<_>>(), [1, 2, 3]);
        assert_eq!(collected.sums.lines["info"], 3);
    }

    #[test]
    fn bad_input_11_a_flood_makes_room_for_itself() {
        let mut collected = Collected::default();
        for at in 0..1_000 {
            collected.write(line(at, &"x".repeat(1_000)));
        }
        let kept = collected.lines().count();
        assert!(kept < 300, "{kept}");
        assert_eq!(collected.lines().last().unwrap().at, 999, "the newest stay");
        assert_eq!(collected.sums.lines_lost + kept as u64, 1_000);
        assert_eq!(collected.sums.lines["info"], 1_000);
    }
}
