//! Frames, sizes and stored layouts that can't be.
#![allow(clippy::unwrap_used, clippy::indexing_slicing)]

mod frames;

use frames::{four_two_two, grey, ten_bits};
use streamhut_media::storyboard::{Sheet, Storyboard, StoryboardError};
use streamhut_media::{Frame, Picture, PictureError, Target, jpeg, render};

const HOUR: u64 = 3_600_000_000;

fn refusal(frame: &Frame) -> PictureError {
    render(frame, Target::Width(8)).unwrap_err()
}

#[test]
fn bad_input_22_planes_of_another_length() {
    let frame = grey(16, 8, |_, _| 50);
    for (frame, [y, chroma]) in [
        (frame.clone(), [128, 32]),
        (four_two_two(frame.clone()), [128, 64]),
        (ten_bits(frame.clone()), [256, 64]),
    ] {
        for actual in [0, 1, y - 1, y + 1, 1_000_000] {
            let broken = Frame { y: vec![0; actual], ..frame.clone() };
            assert_eq!(refusal(&broken), PictureError::Plane { plane: 'Y', expected: y, actual });
        }
        for actual in [0, chroma - 1, chroma + 1] {
            let broken = Frame { u: vec![0; actual], ..frame.clone() };
            assert_eq!(refusal(&broken), PictureError::Plane { plane: 'U', expected: chroma, actual });
            let broken = Frame { v: vec![0; actual], ..frame.clone() };
            assert_eq!(refusal(&broken), PictureError::Plane { plane: 'V', expected: chroma, actual });
        }
    }
}

#[test]
fn bad_input_22_sizes_and_depths_of_frames() {
    let frame = grey(16, 8, |_, _| 50);
    for (width, height) in
        [(0, 8), (16, 0), (1, 8), (16, 1), (16_385, 8), (16, u32::MAX), (u32::MAX, u32::MAX)]
    {
        let broken = Frame { width, height, ..frame.clone() };
        assert_eq!(refusal(&broken), PictureError::FrameSize { width, height });
    }
    for depth in [0, 1, 7, 9, 12, 16, 255] {
        assert_eq!(refusal(&Frame { depth, ..frame.clone() }), PictureError::Depth { depth });
    }
}

/// Samples of 10 bits whose upper six are set are read without them.
#[test]
fn bad_input_22_samples_beyond_their_depth() {
    let mut frame = ten_bits(grey(192, 192, |_, _| 255));
    let right = render(&frame, Target::Width(3)).unwrap();
    frame.y.iter_mut().skip(1).step_by(2).for_each(|high| *high |= 0xFC);
    assert_eq!(render(&frame, Target::Width(3)).unwrap(), right);
}

#[test]
fn bad_input_23_targets_without_or_beyond_a_side() {
    let frame = grey(16, 8, |_, _| 50);
    for target in [
        Target::Width(0),
        Target::Inside(0, 90),
        Target::Inside(160, 0),
        Target::Exact(0, 0),
        Target::Exact(0, 90),
        Target::Exact(160, 0),
        Target::Exact(4097, 90),
        Target::Exact(160, 65_535),
        Target::Exact(u32::MAX, u32::MAX),
    ] {
        assert_eq!(render(&frame, target), Err(PictureError::Target { target }));
    }
}

#[test]
fn bad_input_23_sheets_and_tiles_that_are_not_there() {
    let board = Storyboard::plan(8 * HOUR, 1920, 1080).unwrap();
    for sheet in [5, 6, 1_000_000, 42_949_673, u32::MAX] {
        let none = StoryboardError::NoSheet { sheet, sheets: 5 };
        assert_eq!(board.sheet_size(sheet), Err(none.clone()));
        assert_eq!(Sheet::new(&board, sheet).unwrap_err(), none);
        assert!(board.sheet_tiles(sheet).is_empty());
    }
    for tile in [480, 500, 1_000_000, u32::MAX] {
        assert_eq!(board.tile(tile), None);
    }
    let picture = Picture::new(160, 90, vec![0; 160 * 90 * 3]).unwrap();
    let mut sheet = Sheet::new(&board, 1).unwrap();
    for tile in [0, 99, 200, 480, u32::MAX] {
        assert_eq!(sheet.put(tile, &picture), Err(StoryboardError::NoTile { tile, sheet: 1 }));
    }
}

#[test]
fn bad_input_34_stored_tiles_of_another_size() {
    let board = Storyboard::plan(HOUR, 1920, 1080).unwrap();
    let mut sheet = Sheet::new(&board, 0).unwrap();
    let empty = sheet.picture();
    for (width, height, bytes) in [
        (160, 90, 0),
        (160, 90, 43_199),
        (160, 90, 43_201),
        (90, 160, 43_200),
        (0, 0, 0),
        (u32::MAX, 90, 43_200),
    ] {
        let picture = Picture { width, height, rgb: vec![9; bytes] };
        let refused = StoryboardError::TilePicture { width, height, bytes };
        assert_eq!(sheet.put(3, &picture), Err(refused));
        if (width, height, bytes) != (90, 160, 43_200) {
            let refused = PictureError::Pixels { width, height, bytes };
            assert_eq!(Picture::new(width, height, picture.rgb.clone()), Err(refused.clone()));
            assert_eq!(jpeg(&picture, 80), Err(refused));
        }
    }
    assert_eq!(sheet.picture(), empty);
}

#[test]
fn bad_input_34_stored_layouts_that_no_video_has() {
    let stored = |edit: (&str, u64)| {
        let board = Storyboard::plan(HOUR, 1920, 1080).unwrap();
        let mut board = serde_json::to_value(board).unwrap();
        board[edit.0] = edit.1.into();
        serde_json::from_value::<Storyboard>(board).map_err(|error| error.to_string())
    };
    for (field, values) in [
        ("parts", &[0_u64, 1001, 4_294_967_295] as &[_]),
        ("durationUs", &[0, 1, 99]),
        ("merged", &[0, 101, 4_294_967_295]),
        ("columns", &[0, 11, 4_294_967_295]),
        ("tileWidth", &[0, 161, 4_294_967_295]),
        ("tileHeight", &[0, 215, 4_294_967_295]),
    ] {
        for &value in values {
            let said = stored((field, value)).unwrap_err();
            let (field, value) = if field == "durationUs" { ("parts", 100) } else { (field, value) };
            assert_eq!(said, format!("a stored storyboard has {field} {value}"));
        }
    }
    for (field, value) in [("parts", 1 << 32), ("more", 1)] {
        assert!(stored((field, value)).is_err(), "{field}");
    }
    assert!(stored(("merged", 100)).is_ok());
}

#[test]
fn pictures_that_no_jpeg_holds() {
    let (width, height) = (65_536, 1);
    let picture = Picture::new(width, height, vec![0; 65_536 * 3]).unwrap();
    assert_eq!(jpeg(&picture, 80), Err(PictureError::JpegSide { width, height }));
}
