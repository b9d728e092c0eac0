//! `getVtt` and `getSprite`, from nothing to the whole board.

use crate::stage::{
    IMMUTABLE, Playlist, Stage, Video, coarse, covers, cues, fixture, media_url, pixels, sheets_are_there,
    size, told, whole,
};

const MINUTES: &str = "public, max-age=60, stale-while-revalidate=600";

#[test]
fn a_board_is_asked_for_made_and_kept() {
    let video = Video::plain("a", 10);
    let stage = Stage::of([&video]);
    let path = format!("getVtt?{}", video.query_with_cid());
    let first = stage.get(&path);
    assert_eq!((told(&first), first.header("retry-after")), ((202, "no-store", None), Some("2")));
    assert!(cues(&first).is_empty());
    let sprite = stage.get(&format!("getSprite?{}", video.query_with_cid()));
    assert_eq!((told(&sprite), sprite.header("retry-after")), ((202, "no-store", Some("NotYet")), Some("2")));
    assert_eq!(size(&sprite), (320, 180));
    assert_eq!(stage.tasks().len(), 1, "it is asked for once");
    assert_eq!(stage.keyframes_asked(), 0, "and not made while somebody waits");

    stage.run_tasks();
    let board = stage.get(&path);
    assert_eq!(told(&board), (200, IMMUTABLE, None));
    let board = cues(&board);
    assert_eq!(board.len(), 10, "a tile for two seconds");
    covers(&board, 20.0);
    sheets_are_there(&stage, &board);
    assert_eq!(told(&stage.get(&format!("getVtt?{}", video.query()))), (200, MINUTES, None));
    assert_eq!(told(&stage.get(&format!("getSprite?{}", video.query()))), (200, MINUTES, None));

    stage.asked();
    stage.forget_cache();
    stage.advance(86_400_000);
    assert_eq!(told(&stage.get(&path)), (200, IMMUTABLE, None));
    assert_eq!(told(&stage.get(&board[0].sheet)), (200, IMMUTABLE, None));
    assert!(stage.asked().is_empty() && stage.run_tasks().is_empty(), "with its CID, nobody is asked");
}

#[test]
fn sheets_urls_are_relative_to_the_tracks_own() {
    let video = Video::plain("a", 10);
    let stage = whole(&video);
    let board = cues(&stage.get(&format!("getVtt?{}", video.query())));
    let expected =
        format!("getSprite?uri={}&sheet=0&cid={}", crate::stage::encoded(&video.uri()), video.cid());
    assert_eq!(board[0].sheet, expected);
}

#[test]
fn tracks_and_sheets_know_conditions_and_head() {
    let video = Video::plain("a", 10);
    let stage = whole(&video);
    for endpoint in ["getVtt", "getSprite"] {
        let path = format!("{endpoint}?{}", video.query_with_cid());
        let whole = stage.get(&path);
        let tag = whole.header("etag").unwrap().to_owned();
        assert_eq!(stage.request().header("if-none-match", &tag).get(&path).status(), 304, "{endpoint}");
        let head = stage.request().head(&path);
        assert_eq!((head.status(), head.bytes().len()), (200, 0));
        let length = whole.bytes().len().to_string();
        assert_eq!(head.header("content-length"), Some(length.as_str()));
    }
    let part = stage.request().header("range", "bytes=0-1").get(&format!("getSprite?{}", video.query()));
    assert_eq!((part.status(), part.bytes()), (206, b"\xff\xd8".as_slice()));
}

#[test]
fn boards_of_all_lengths_cover_their_video() {
    for (segments, each, tiles) in [
        (1, 0.5, 1),
        (1, 3.9, 1),
        (2, 2.0, 2),
        (25, 2.0, 25),
        (26, 2.0, 26),
        (53, 1.0, 26),
        (10, 60.0, 100),
        (3, 1_000.0, 100),
        (101, 60.0, 101),
    ] {
        let video = Video::of("a", Playlist::default().segments(segments, each, "one-macroblock", 0));
        let stage = whole(&video);
        let board = cues(&stage.get(&format!("getVtt?{}", video.query())));
        assert_eq!(board.len(), tiles, "{segments} of {each} s");
        covers(&board, video.seconds.unwrap());
        sheets_are_there(&stage, &board);
        assert!(!stage.blob_keys().iter().any(|key| key.ends_with(".rgb")), "tiles are not left behind");
    }
}

#[test]
fn a_playlist_without_an_end_has_a_board_of_what_is_there() {
    let video = Video::of("a", Playlist::default().segments(30, 2.0, "high-8x8-cabac", 0).live());
    let stage = whole(&video);
    let board = cues(&stage.get(&format!("getVtt?{}", video.query())));
    assert_eq!(board.len(), 30);
    covers(&board, 60.0);
}

#[test]
fn a_portrait_has_narrow_tiles() {
    let video = Video::of("a", Playlist::default().segments(4, 2.0, "portrait-native", 0));
    let stage = whole(&video);
    let board = cues(&stage.get(&format!("getVtt?{}", video.query())));
    let [_, _, width, height] = board[0].place;
    assert!(height == 214 && width < 160, "{width}x{height}");
    sheets_are_there(&stage, &board);
}

#[test]
fn a_tile_shows_the_keyframe_of_its_time() {
    let playlist = Playlist::default()
        .segments(3, 2.0, "high-8x8-cabac", 0)
        .segments(2, 2.0, "main-cavlc", 0)
        .segments(3, 2.0, "high-8x8-cabac", 0);
    let video = Video::of("a", playlist);
    let stage = whole(&video);
    let board = cues(&stage.get(&format!("getVtt?{}", video.query())));
    let sheet = pixels(&stage.get(&board[0].sheet));
    let tile = |index: usize| {
        let [x, y, width, height] = board[index].place;
        crate::stage::mean(&image::imageops::crop_imm(&sheet, x, y, width, height).to_image())
    };
    for (index, alike) in [(1, 0), (2, 0), (4, 3), (5, 0), (7, 0)] {
        assert!(tile(index).iter().zip(tile(alike)).all(|(a, b)| a.abs_diff(b) < 4), "{index}");
    }
    assert!(tile(0).iter().zip(tile(3)).any(|(a, b)| a.abs_diff(b) > 20));
}

#[test]
fn a_coarse_board_comes_first() {
    let video = Video::plain("a", 60);
    let stage = coarse(&video);
    let path = format!("getVtt?{}", video.query_with_cid());
    let answer = stage.get(&path);
    assert_eq!(told(&answer), (200, "public, max-age=10", None));
    let board = cues(&answer);
    assert_eq!(board.len(), 20, "a third of them");
    covers(&board, 120.0);
    assert!(board.iter().all(|cue| cue.sheet.contains("sheet=coarse")));
    sheets_are_there(&stage, &board);
    // Who asks for a sheet of the whole board is shown this one until then.
    let early = stage.get(&format!("getSprite?{}", video.query_with_cid()));
    assert_eq!((told(&early).0, told(&early).1), (200, "public, max-age=10"));
    assert!(!stage.get(&format!("isMetadataReady?{}", video.query())).json()["sprite"].as_bool().unwrap());

    stage.show(&video);
    stage.advance(60_000);
    stage.get(&path);
    stage.asked();
    stage.run_tasks();
    assert_eq!(stage.keyframes_asked(), 40, "the tiles of the coarse board are not made again");
    let board = cues(&stage.get(&path));
    assert_eq!(board.len(), 60);
    covers(&board, 120.0);
    sheets_are_there(&stage, &board);
    let fresh = whole(&video);
    assert_eq!(stage.blob(&stage.key("sheet-0.jpg")), fresh.blob(&fresh.key("sheet-0.jpg")));
}

#[test]
fn a_sheet_beyond_the_last_is_not_found() {
    let video = Video::plain("a", 10);
    let stage = whole(&video);
    for (sheet, status) in [("0", 200), ("1", 404), ("9999", 404), ("coarse", 404)] {
        let answer = stage.get(&format!("getSprite?{}&sheet={sheet}", video.query_with_cid()));
        assert_eq!(answer.status(), status, "{sheet}");
        if status == 404 {
            assert_eq!(answer.json()["error"], "NoSuchSheet");
        }
    }
    assert!(stage.run_tasks().is_empty(), "nothing is made for it");
}

#[test]
fn keyframes_that_are_small_are_asked_for_in_small_pieces() {
    // A small keyframe at the head of a segment of 400 kB.
    let one = fixture("high-8x8-cabac");
    let (offset, length) = one.fragments()[0];
    let mut bytes = one.bytes[offset as usize..(offset + length) as usize].to_vec();
    bytes.extend(400_000u32.to_be_bytes());
    bytes.extend(b"free");
    bytes.resize(bytes.len() + 400_000 - 8, 0);
    let mut playlist = Playlist::default().segments(0, 2.0, "high-8x8-cabac", 0);
    for _ in 0..60 {
        playlist = playlist.file(2.0, "large", bytes.clone());
    }
    let video = Video::of("a", playlist);
    let stage = whole(&video);
    let asked: u64 = stage
        .raw_requests()
        .iter()
        .filter(|request| request.url.as_str() == media_url("large"))
        .flat_map(|request| request.headers.iter().filter(|(name, _)| name == "range"))
        .map(|(_, range)| {
            let (first, last) = range.strip_prefix("bytes=").unwrap().split_once('-').unwrap();
            last.parse::<u64>().unwrap() - first.parse::<u64>().unwrap() + 1
        })
        .sum();
    assert!(asked < 60 * 50_000, "{asked} bytes for 60 tiles");
}
