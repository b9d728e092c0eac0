//! A storyboard's work in pieces: each ends with what it made being kept, so that a crash costs one piece.

use std::collections::BTreeSet;

use streamhut_media::storyboard::Storyboard;

/// Tiles of a piece: about a second of CPU.
const TILES: usize = 25;

/// One piece of work: keyframes to be decoded, and what is finished with them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Chunk {
    /// Tiles of the whole board.
    pub tiles: Vec<u32>,
    /// What can be drawn afterwards.
    pub then: Then,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Then {
    /// The coarse sheet.
    Coarse,
    /// That sheet of the whole board.
    Sheet(u32),
    /// Nothing yet of that sheet.
    Part(u32),
}

/// The tiles of the coarse board first, then sheet by sheet those that are not among them.
pub(super) fn chunks(plan: &Storyboard, coarse: Option<&Storyboard>) -> Vec<Chunk> {
    let mut chunks = Vec::new();
    let mut early = BTreeSet::new();
    if let Some(coarse) = coarse {
        early = coarse.all().map(|tile| tile.part).collect();
        chunks.push(Chunk { tiles: early.iter().copied().collect(), then: Then::Coarse });
    }
    for sheet in 0..plan.sheets() {
        let left: Vec<u32> = plan.sheet_tiles(sheet).filter(|tile| !early.contains(tile)).collect();
        let pieces: Vec<&[u32]> = left.chunks(TILES).collect();
        let last = pieces.len().saturating_sub(1);
        for (index, tiles) in pieces.iter().enumerate() {
            let then = if index == last { Then::Sheet(sheet) } else { Then::Part(sheet) };
            chunks.push(Chunk { tiles: tiles.to_vec(), then });
        }
        if pieces.is_empty() {
            chunks.push(Chunk { tiles: Vec::new(), then: Then::Sheet(sheet) });
        }
    }
    chunks
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_tile_is_made_once_and_every_sheet_ends() {
        for minutes in [0, 1, 3, 4, 60, 100, 101, 480, 6_000] {
            let plan = Storyboard::plan(minutes * 60_000_000 + 1, 1920, 1080).unwrap();
            for coarse in [None, plan.coarse(25), plan.coarse(100)] {
                let chunks = chunks(&plan, coarse.as_ref());
                let mut tiles: Vec<u32> = chunks.iter().flat_map(|chunk| chunk.tiles.clone()).collect();
                tiles.sort_unstable();
                assert_eq!(tiles, (0..plan.tiles()).collect::<Vec<_>>(), "{minutes}");
                let ends = chunks.iter().filter_map(|chunk| match chunk.then {
                    Then::Sheet(sheet) => Some(sheet),
                    Then::Coarse | Then::Part(_) => None,
                });
                let ends: Vec<u32> = ends.collect();
                assert_eq!(ends, (0..plan.sheets()).collect::<Vec<_>>());
                // The tiles of a sheet are there when it ends.
                let mut made = BTreeSet::new();
                for chunk in &chunks {
                    made.extend(chunk.tiles.iter().copied());
                    if let Then::Sheet(sheet) = chunk.then {
                        assert!(plan.sheet_tiles(sheet).all(|tile| made.contains(&tile)));
                    }
                }
            }
        }
    }
}
