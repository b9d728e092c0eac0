//! Which tiles a video has, and what is on their sheets.
#![allow(clippy::unwrap_used, clippy::indexing_slicing)]

mod frames;

use proptest::prelude::*;
use streamhut_media::storyboard::{Sheet, Storyboard, StoryboardError};
use streamhut_media::{Picture, Target, render};

const SECOND: u64 = 1_000_000;
const HOUR: u64 = 3600 * SECOND;

#[test]
fn how_many_tiles_on_how_many_sheets() {
    for (duration, tiles, sheets, spacing) in [
        (0, 0, 0, 0),
        (1, 1, 1, 1),
        (SECOND, 1, 1, SECOND),
        (3_999_999, 1, 1, 3_999_999),
        (4 * SECOND, 2, 1, 2 * SECOND),
        (5 * SECOND, 2, 1, 2_500_000),
        (60 * SECOND, 30, 1, 2 * SECOND),
        (199 * SECOND, 99, 1, 2_010_101),
        (200 * SECOND, 100, 1, 2 * SECOND),
        (600 * SECOND, 100, 1, 6 * SECOND),
        (HOUR, 100, 1, 36 * SECOND),
        (HOUR * 5 / 3, 100, 1, 60 * SECOND),
        (HOUR * 5 / 3 + 1, 101, 2, 59_405_940),
        (2 * HOUR, 120, 2, 60 * SECOND),
        (8 * HOUR, 480, 5, 60 * SECOND),
        (60_000 * SECOND, 1000, 10, 60 * SECOND),
        (100 * HOUR, 1000, 10, 360 * SECOND),
        (u64::MAX, 1000, 10, u64::MAX / 1000),
    ] {
        let board = Storyboard::plan(duration, 1920, 1080).unwrap();
        assert_eq!((board.tiles(), board.sheets()), (tiles, sheets), "{duration}");
        assert_eq!(board.tile(0).map_or(0, |tile| tile.end_us), spacing, "{duration}");
        assert_eq!(board.all().count() as u32, tiles);
    }
}

#[test]
fn sizes_of_tiles() {
    for (shown, tile) in [
        ((1920, 1080), (160, 90)),
        ((360, 202), (160, 90)),
        ((640, 480), (160, 120)),
        ((1920, 800), (160, 66)),
        ((1000, 1000), (160, 160)),
        ((3, 4), (160, 214)),
        ((1080, 1920), (120, 214)),
        ((720, 1560), (98, 214)),
        ((1, 1_000_000), (2, 214)),
        ((1_000_000, 1), (160, 2)),
        ((u32::MAX, u32::MAX), (160, 160)),
        ((u32::MAX, 1), (160, 2)),
        ((1, u32::MAX), (2, 214)),
    ] {
        assert_eq!(Storyboard::plan(HOUR, shown.0, shown.1).unwrap().tile_size(), tile, "{shown:?}");
    }
    for (width, height) in [(0, 1080), (1920, 0), (0, 0)] {
        let refused = Storyboard::plan(HOUR, width, height);
        assert_eq!(refused, Err(StoryboardError::DisplaySize { width, height }));
    }
}

#[test]
fn sheets_are_cut_to_their_tiles() {
    let size =
        |seconds: u64, sheet| Storyboard::plan(seconds * SECOND, 1920, 1080).unwrap().sheet_size(sheet).ok();
    for (seconds, sheet, expected) in [
        (1, 0, Some((160, 90))),
        (14, 0, Some((7 * 160, 90))),
        (20, 0, Some((1600, 90))),
        // Eleven tiles: two rows of six rather than ten and one.
        (22, 0, Some((6 * 160, 2 * 90))),
        (42, 0, Some((7 * 160, 3 * 90))),
        (3600, 0, Some((1600, 900))),
        (3600, 1, None),
        (7200, 0, Some((1600, 900))),
        (7200, 1, Some((1600, 2 * 90))),
        (6060, 1, Some((160, 90))),
        (6060, 2, None),
        (0, 0, None),
    ] {
        assert_eq!(size(seconds, sheet), expected, "{seconds} s, sheet {sheet}");
    }
}

#[test]
fn tiles_show_the_middle_of_their_time() {
    let board = Storyboard::plan(HOUR, 1920, 1080).unwrap();
    let tile = board.tile(37).unwrap();
    assert_eq!((tile.start_us, tile.end_us, tile.shown_us), (1332 * SECOND, 1368 * SECOND, 1350 * SECOND));
    assert_eq!((tile.sheet, tile.x, tile.y, tile.width, tile.height), (0, 7 * 160, 3 * 90, 160, 90));
    let tile = Storyboard::plan(8 * HOUR, 1080, 1920).unwrap().tile(479).unwrap();
    assert_eq!((tile.start_us, tile.end_us), (8 * HOUR - 60 * SECOND, 8 * HOUR));
    assert_eq!((tile.sheet, tile.x, tile.y), (4, 9 * 120, 7 * 214));
}

#[test]
fn a_coarse_board_comes_first() {
    let whole = Storyboard::plan(8 * HOUR, 1920, 1080).unwrap();
    let coarse = whole.coarse(100).unwrap();
    assert_eq!((coarse.tiles(), coarse.sheets()), (96, 1));
    let tile = coarse.tile(1).unwrap();
    assert_eq!((tile.start_us, tile.end_us), (300 * SECOND, 600 * SECOND));
    assert_eq!((tile.part, tile.shown_us), (7, 450 * SECOND));

    // The last one stands for what is left.
    let coarse = Storyboard::plan(HOUR, 1920, 1080).unwrap().coarse(30).unwrap();
    assert_eq!((coarse.tiles(), coarse.sheet_size(0).unwrap()), (25, (9 * 160, 3 * 90)));
    let coarse = Storyboard::plan(HOUR, 1920, 1080).unwrap().coarse(33).unwrap();
    assert_eq!((coarse.tiles(), coarse.tile(24).unwrap().end_us), (25, HOUR));

    for (at_most, tiles) in [(0, None), (1, Some(1)), (60, Some(50)), (99, Some(50)), (100, None)] {
        let board = Storyboard::plan(HOUR, 1920, 1080).unwrap();
        assert_eq!(board.coarse(at_most).map(|board| board.tiles()), tiles, "{at_most}");
    }
}

fn one_colour((width, height): (u32, u32), colour: u8) -> Picture {
    Picture::new(width, height, vec![colour; (width * height * 3) as usize]).unwrap()
}

#[test]
fn tiles_land_in_their_places() {
    let board = Storyboard::plan(2 * HOUR, 1920, 1080).unwrap();
    for sheet in 0..board.sheets() {
        let mut canvas = Sheet::new(&board, sheet).unwrap();
        // From last to first, and one left out.
        for tile in board.sheet_tiles(sheet).rev().filter(|tile| tile % 50 != 7) {
            canvas.put(tile, &one_colour(board.tile_size(), 100 + tile as u8)).unwrap();
        }
        let picture = canvas.picture();
        assert_eq!((picture.width, picture.height), board.sheet_size(sheet).unwrap());
        for tile in board.sheet_tiles(sheet).filter_map(|tile| board.tile(tile)) {
            let colour = if tile.index % 50 == 7 { 26 } else { 100 + tile.index as u8 };
            for (x, y) in [(0, 0), (159, 0), (0, 89), (159, 89), (80, 45)] {
                let place = (((tile.y + y) * picture.width + tile.x + x) * 3) as usize;
                assert_eq!(picture.rgb[place..place + 3], [colour; 3], "{tile:?} {x} {y}");
            }
        }
    }
}

#[test]
fn a_sheet_of_rendered_tiles_becomes_jpeg() {
    let board = Storyboard::plan(9 * SECOND, 64, 36).unwrap();
    let (width, height) = board.tile_size();
    let mut sheet = Sheet::new(&board, 0).unwrap();
    for tile in board.all() {
        let frame = frames::grey(64, 36, |x, _| (x + 40 * tile.index) as u8);
        sheet.put(tile.index, &render(&frame, Target::Exact(width, height)).unwrap()).unwrap();
    }
    let jpeg = sheet.jpeg(80).unwrap();
    assert!(jpeg.starts_with(&[0xFF, 0xD8]) && jpeg.ends_with(&[0xFF, 0xD9]));
}

#[test]
fn what_is_stored_comes_back() {
    let board = Storyboard::plan(8 * HOUR, 1920, 1080).unwrap();
    let stored = serde_json::to_string(&board).unwrap();
    assert_eq!(
        stored,
        r#"{"durationUs":28800000000,"parts":480,"merged":1,"columns":10,"tileWidth":160,"tileHeight":90}"#
    );
    assert_eq!(serde_json::from_str::<Storyboard>(&stored).unwrap(), board);
}

fn boards() -> impl Strategy<Value = Storyboard> {
    let duration = prop_oneof![0..100_u64, 0..100 * SECOND, 0..20 * HOUR, any::<u64>()];
    (duration, 1..5000_u32, 1..5000_u32, 0..120_u32).prop_map(|(duration, width, height, coarse)| {
        let board = Storyboard::plan(duration, width, height).unwrap();
        board.coarse(coarse).unwrap_or(board)
    })
}

proptest! {
    #[test]
    fn tiles_cover_the_whole_time_once(board in boards()) {
        let mut end = 0;
        let mut longest = 0;
        let mut parts = Vec::new();
        for (index, tile) in board.all().enumerate() {
            prop_assert_eq!(tile.index as usize, index);
            prop_assert_eq!(tile.start_us, end);
            prop_assert!(tile.start_us <= tile.shown_us && tile.shown_us < tile.end_us);
            parts.push(tile.part);
            longest = longest.max(tile.end_us - tile.start_us);
            end = tile.end_us;
        }
        prop_assert_eq!(end, board.duration_us());
        prop_assert!(parts.is_sorted_by(|a, b| a < b));
        // All but the last are as long, to within a microsecond for each part.
        if let Some(first) = board.tile(0).filter(|_| board.tiles() > 2) {
            prop_assert!(longest - (first.end_us - first.start_us) <= 1);
        }
    }

    #[test]
    fn tiles_lie_in_their_sheet_and_apart(board in boards()) {
        prop_assert!(board.sheets() == board.tiles().div_ceil(100));
        let mut counted = 0;
        for sheet in 0..board.sheets() {
            let (width, height) = board.sheet_size(sheet).unwrap();
            prop_assert!(width <= 1600 && height <= 2140);
            let mut places = std::collections::HashSet::new();
            for tile in board.sheet_tiles(sheet).filter_map(|tile| board.tile(tile)) {
                prop_assert_eq!(tile.sheet, sheet);
                prop_assert!(tile.x + tile.width <= width && tile.y + tile.height <= height);
                prop_assert!(tile.x % tile.width == 0 && tile.y % tile.height == 0);
                prop_assert!(places.insert((tile.x, tile.y)));
                counted += 1;
            }
        }
        prop_assert_eq!(counted, board.tiles());
        prop_assert!(board.sheet_size(board.sheets()).is_err() && board.tile(board.tiles()).is_none());
    }

    /// What the coarse board shows is a tile of the whole one, from within the coarse tile's time.
    #[test]
    fn coarse_tiles_are_whole_tiles(duration in 0..20 * HOUR, at_most in 1..110_u32) {
        let whole = Storyboard::plan(duration, 16, 9).unwrap();
        if let Some(coarse) = whole.coarse(at_most) {
            prop_assert!(coarse.tiles() <= at_most);
            for tile in coarse.all() {
                let same = whole.tile(tile.part).unwrap();
                prop_assert_eq!(same.shown_us, tile.shown_us);
                prop_assert!(tile.start_us <= same.start_us && same.end_us <= tile.end_us);
            }
        } else {
            prop_assert!(whole.tiles() <= at_most);
        }
    }

    #[test]
    fn boards_come_back_from_storage(board in boards()) {
        let stored = serde_json::to_value(&board).unwrap();
        prop_assert_eq!(serde_json::from_value::<Storyboard>(stored).unwrap(), board);
    }
}
