//! A storyboard's work in pieces: each ends with what it made being kept, so that a crash costs one piece.

use std::collections::BTreeSet;

use streamhut_media::storyboard::Storyboard;

/// Tiles of a piece: less than half a second of CPU at 1080p.
const TILES: usize = 10;

/// One piece of work: keyframes to be decoded, and what is finished with them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Chunk {
    /// Tiles of the whole board.
    pub tiles: Vec<u32>,
    pub sheet: SheetOf,
    /// Whether the sheet can be drawn afterwards.
    pub is_last: bool,
}

/// What a piece is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum SheetOf {
    /// The one sheet of the coarse board.
    Coarse,
    /// A sheet of the whole board.
    Whole(u32),
}

/// The tiles of the coarse board first, then sheet by sheet those that are not among them.
pub(super) fn chunks(plan: &Storyboard, coarse: Option<&Storyboard>) -> Vec<Chunk> {
    let early: BTreeSet<u32> = coarse.into_iter().flat_map(Storyboard::all).map(|tile| tile.part).collect();
    let mut chunks = Vec::new();
    if coarse.is_some() {
        chunks.extend(pieces(SheetOf::Coarse, early.iter().copied().collect()));
    }
    for sheet in 0..plan.sheets() {
        let left = plan.sheet_tiles(sheet).filter(|tile| !early.contains(tile)).collect();
        chunks.extend(pieces(SheetOf::Whole(sheet), left));
    }
    chunks
}

/// At least one piece, since the sheet has to be drawn.
fn pieces(sheet: SheetOf, mut tiles: Vec<u32>) -> Vec<Chunk> {
    let mut pieces = Vec::new();
    while tiles.len() > TILES {
        let rest = tiles.split_off(TILES);
        pieces.push(Chunk { tiles: std::mem::replace(&mut tiles, rest), sheet, is_last: false });
    }
    pieces.push(Chunk { tiles, sheet, is_last: true });
    pieces
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
                let ends =
                    chunks.iter().filter(|chunk| chunk.is_last).filter_map(|chunk| match chunk.sheet {
                        SheetOf::Whole(sheet) => Some(sheet),
                        SheetOf::Coarse => None,
                    });
                let ends: Vec<u32> = ends.collect();
                assert_eq!(ends, (0..plan.sheets()).collect::<Vec<_>>());
                // The tiles of a sheet are there when it ends.
                let mut made = BTreeSet::new();
                for chunk in &chunks {
                    made.extend(chunk.tiles.iter().copied());
                    assert!(chunk.tiles.len() <= TILES);
                    if let (SheetOf::Whole(sheet), true) = (chunk.sheet, chunk.is_last) {
                        assert!(plan.sheet_tiles(sheet).all(|tile| made.contains(&tile)));
                    }
                }
            }
        }
    }
}
