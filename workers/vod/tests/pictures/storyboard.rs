//! `getVtt` and `getSprite`, from nothing to the whole board.

use std::collections::BTreeSet;

use at_run::testing::{Elsewhere, Harness, Mishap, Scripted};
use image::RgbImage;
use serde_json::json;

use crate::stage::{
    Cue, Playlist, Stage, Video, cues, fixture, folder, is_media, media_url, pixels, refusal, size, told,
};

const IMMUTABLE: &str = "public, max-age=31536000, immutable";
const MINUTES: &str = "public, max-age=60, stale-while-revalidate=600";

/// A stage on which that video's board is whole.
fn whole(video: &Video) -> Stage {
    let stage = Stage::of([video]);
    stage.get(&format!("getVtt?{}", video.query()));
    let runs = stage.run_tasks();
    assert!(runs.iter().all(|run| run.answer.is_success()), "{runs:?}");
    stage
}

/// A node that gives so many keyframes and then is away.
fn gives(stage: &Stage, name: &str, count: usize) {
    let file = Scripted::File(fixture(name).bytes);
    stage.rescript(&media_url(name), std::iter::repeat_n(file, count).chain([Scripted::Failed]));
}

/// A board with nothing but its coarse sheet: 60 tiles, of which 20 are on that.
fn coarse(video: &Video) -> Stage {
    let stage = Stage::of([video]);
    stage.get(&format!("getVtt?{}", video.query()));
    gives(&stage, "high-8x8-cabac", 21);
    stage.run_tasks();
    stage
}

fn is_dark(sheet: &RgbImage, cue: &Cue) -> bool {
    let [x, y, width, height] = cue.place;
    let mut cell = image::imageops::crop_imm(sheet, x + 4, y + 4, width - 8, height - 8).to_image();
    cell.pixels_mut().all(|pixel| pixel.0.iter().all(|value| value.abs_diff(26) < 12))
}

fn covers(cues: &[Cue], seconds: f64) {
    assert_eq!(cues.first().unwrap().start, 0);
    assert_eq!(cues.last().unwrap().end, (seconds * 1_000.0) as u64);
    assert!(cues.windows(2).all(|pair| pair[0].end == pair[1].start), "no gap and no overlap");
    assert!(cues.iter().all(|cue| cue.start < cue.end));
}

/// That every sheet answers, and is as large as its rectangles need.
fn sheets_are_there(stage: &Stage, cues: &[Cue]) {
    let sheets: BTreeSet<&str> = cues.iter().map(|cue| cue.sheet.as_str()).collect();
    for sheet in sheets {
        let answer = stage.get(sheet);
        assert_eq!(told(&answer), (200, IMMUTABLE, None), "{sheet}");
        let (width, height) = size(&answer);
        for cue in cues.iter().filter(|cue| cue.sheet == sheet) {
            let [x, y, w, h] = cue.place;
            assert!(x + w <= width && y + h <= height, "{cue:?} on {width}x{height}");
        }
    }
}

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
fn a_sheet_that_is_lost_is_made_again() {
    let video = Video::plain("a", 30);
    let stage = whole(&video);
    let key = stage.key("sheet-0.jpg");
    let before = stage.blob(&key).unwrap();
    stage.delete_blob(&key);
    stage.advance(60_000);
    let answer = stage.get(&format!("getSprite?{}", video.query_with_cid()));
    assert!(matches!(answer.status(), 200 | 202));
    assert!(!told(&answer).1.contains("immutable"));
    stage.run_tasks();
    assert_eq!(stage.blob(&key), Some(before));
}

/// Only what is known to be lost is made again: storage that is away for a moment has it still.
#[test]
fn storage_that_is_away_for_a_moment_costs_no_board() {
    let video = Video::plain("a", 30);
    let stage = whole(&video);
    let path = format!("getSprite?{}", video.query_with_cid());
    let calls = stage.port_calls();
    stage.get(&path);
    for query in [video.query_with_cid(), video.query()] {
        for nth in 1..=stage.port_calls() - calls + 6 {
            stage.interrupt(nth, Mishap::Fails);
            let answer = stage.get(&format!("getSprite?{query}"));
            assert!(matches!(answer.status(), 200 | 202), "{nth}: {}", answer.status());
            assert!(stage.blob_keys().iter().any(|key| key.ends_with("board.json")), "{nth}");
            stage.advance(60_000);
        }
    }
    stage.asked();
    stage.run_tasks();
    assert_eq!(stage.keyframes_asked(), 0);
}

/// The coarse sheet is swept after a day; whoever asks for it then doesn't have the board made again.
#[test]
fn a_coarse_sheet_that_was_swept_is_not_made_again() {
    let video = Video::plain("a", 60);
    let stage = whole(&video);
    stage.delete_blob(&stage.key("coarse.jpg"));
    stage.advance(60_000);
    let answer = stage.get(&format!("getSprite?{}&sheet=coarse", video.query_with_cid()));
    assert_eq!((answer.status(), &answer.json()["error"]), (404, &json!("NoSuchSheet")));
    assert!(stage.run_tasks().is_empty());
    assert_eq!(told(&stage.get(&format!("getVtt?{}", video.query_with_cid()))).0, 200);
}

#[test]
fn a_task_that_could_not_be_queued_spoils_no_answer() {
    let video = Video::plain("a", 60);
    for (stage, expected) in [(coarse(&video), 200), (Stage::of([&video]), 202)] {
        for endpoint in ["getVtt", "getSprite"] {
            let mut nth = 0;
            loop {
                nth += 1;
                stage.advance(60_000);
                stage.get(&format!("isMetadataReady?{}", video.query()));
                let before = stage.port_calls();
                stage.interrupt(nth, Mishap::Fails);
                let answer = stage.get(&format!("{endpoint}?{}", video.query_with_cid()));
                assert!([expected, 202].contains(&answer.status()), "{endpoint} {nth}: {}", answer.text());
                if stage.port_calls() - before < nth {
                    break;
                }
            }
            assert!(nth > 3, "{endpoint}");
        }
    }
}

/// The node has trouble with one segment for good: its tile stays dark, and the board gets done.
#[test]
fn a_segment_that_cant_be_had_leaves_a_dark_tile() {
    for (what, answer) in [
        ("gone", refusal(404, "BlobNotFound")),
        ("withheld", refusal(403, "VideoUnavailable")),
        ("an error for ever", Scripted::text(500, "")),
        ("no connection", Scripted::Failed),
        ("a page", Scripted::text(200, "<html>")),
        ("damaged", Scripted::File(b"\0\0\0\x08moov".repeat(100))),
        ("empty", Scripted::File(Vec::new())),
    ] {
        for segments in [5, 40] {
            let playlist = Playlist::default()
                .segments(segments, 2.0, "high-8x8-cabac", 0)
                .file(2.0, "bad", Vec::new())
                .segments(3, 2.0, "high-8x8-cabac", 0);
            let video = Video::of("a", playlist);
            let stage = Stage::of([&video]);
            stage.rescript(&media_url("bad"), [answer.clone()]);
            // Where the media lies may be known from before.
            stage.get(&format!("getThumbnail?{}&width=160", video.query()));
            stage.get(&format!("getVtt?{}", video.query()));
            stage.run_tasks();
            let track = stage.get(&format!("getVtt?{}", video.query_with_cid()));
            assert_eq!(told(&track), (200, IMMUTABLE, None), "{what} of {segments}");
            let board = cues(&track);
            let sheet = pixels(&stage.get(&board[0].sheet));
            let dark: Vec<usize> = (0..board.len()).filter(|index| is_dark(&sheet, &board[*index])).collect();
            assert_eq!(dark, [segments], "{what} of {segments}");
        }
    }
}

/// A node that goes away in the midst leaves no tile dark: what it has is made when it is back.
#[test]
fn a_node_that_goes_away_in_the_midst_leaves_no_tile_dark() {
    let plain = Video::plain("a", 60);
    // The last segment is damaged, wherever the node is.
    let playlist = Playlist::default().segments(59, 2.0, "high-8x8-cabac", 0);
    let damaged = Video::of("a", playlist.file(2.0, "bad", b"\0\0\0\x08moov".repeat(100)));
    for (video, missing) in [(plain, "0 missing"), (damaged, "1 missing")] {
        for count in [0, 1, 5, 20, 21, 22, 31, 35, 54, 58] {
            let stage = Stage::of([&video]);
            stage.get(&format!("getVtt?{}", video.query()));
            gives(&stage, "high-8x8-cabac", count);
            let runs = stage.run_tasks();
            assert!(!runs.last().unwrap().answer.is_success(), "{count}: {runs:?}");
            stage.show(&video);
            stage.advance(60_000);
            stage.get(&format!("getVtt?{}", video.query()));
            let runs = stage.run_tasks();
            assert!(runs.last().unwrap().answer.text().ends_with(missing), "{count}: {runs:?}");
        }
    }
}

#[test]
fn addresses_that_have_expired_are_asked_for_anew() {
    let video = Video::plain("a", 60);
    for status in [403, 404, 410] {
        // Before the first tile, and after the coarse board.
        let early = Stage::of([&video]);
        early.get(&format!("getThumbnail?{}&width=160", video.query()));
        for stage in [early, coarse(&video)] {
            stage.advance(60_000);
            stage.get(&format!("getVtt?{}", video.query()));
            stage.move_to_another_session(&video, refusal(status, "BlobNotFound"));
            stage.asked();
            let runs = stage.run_tasks();
            assert!(runs.last().unwrap().answer.text().ends_with("0 missing"), "{runs:?}");
            let asked = stage.asked();
            assert_eq!(asked.iter().filter(|line| line.starts_with("master")).count(), 1, "{status}");
        }
    }
}

#[test]
fn two_tasks_at_once_do_no_harm() {
    let video = Video::plain("a", 30);
    let stage = Stage::of([&video]);
    stage.get(&format!("getVtt?{}", video.query()));
    stage.hold_lease(&format!("{}board.json", folder(&video)), Elsewhere::GivesBackAfter(5_000));
    let run = stage.run_task().unwrap();
    assert!(run.answer.is_success() && run.answer.text().contains("another call"), "{}", run.answer.text());
    assert_eq!(stage.keyframes_asked(), 0);
    stage.run_tasks();
    assert_eq!(told(&stage.get(&format!("getVtt?{}", video.query_with_cid()))).0, 200);
    // One that comes when all is done asks for nothing.
    stage.forget_cache();
    stage.asked();
    let again = stage.post("batchMetadataReady", &json!({"uris": [video.uri()]}));
    assert_eq!(again.json()["results"][0]["sprite"], json!(true));
}

#[test]
fn an_edited_record_has_its_old_board_no_further_made() {
    let video = Video::plain("a", 60);
    let stage = coarse(&video);
    let edited = video.edited();
    stage.show(&edited);
    stage.advance(60_000);
    let track = stage.get(&format!("getVtt?{}", video.query_with_cid()));
    assert_eq!(told(&track), (202, "no-store", None), "the board of another version is no answer");
    stage.run_tasks();
    let board = cues(&stage.get(&format!("getVtt?{}", edited.query_with_cid())));
    assert_eq!(board.len(), 60);
    sheets_are_there(&stage, &board);
    assert!(!stage.blob_keys().contains(&format!("{}sheet-0.jpg", folder(&video))));
}

#[test]
fn an_order_for_a_record_that_was_edited_or_deleted_ends() {
    let video = Video::plain("a", 30);
    let stage = Stage::of([&video]);
    stage.get(&format!("getVtt?{}", video.query()));
    stage.show(&video.edited());
    stage.advance(60_000);
    let runs = stage.run_tasks();
    assert_eq!(runs.len(), 1);
    assert!(runs[0].answer.text().contains("edited"), "{}", runs[0].answer.text());

    let stage = Stage::of([&video]);
    stage.get(&format!("getVtt?{}", video.query()));
    stage.rescript(&crate::stage::video_url(&video), [refusal(404, "VideoNotFound")]);
    stage.forget_cache();
    let runs = stage.run_tasks();
    assert_eq!((runs.len(), runs[0].answer.is_success()), (1, true), "{runs:?}");
}

#[test]
fn a_board_that_cant_be_made_has_its_reason() {
    for (name, reason) in
        [("hevc", "UnsupportedCodec"), ("yuv444", "UnsupportedFormat"), ("no-keyframe", "NoKeyframe")]
    {
        let video = Video::of("a", Playlist::default().segments(40, 2.0, name, 0));
        let stage = whole(&video);
        stage.asked();
        let track = stage.get(&format!("getVtt?{}", video.query_with_cid()));
        assert_eq!(told(&track), (200, "public, max-age=15", Some(reason)));
        assert!(cues(&track).is_empty());
        let sprite = stage.get(&format!("getSprite?{}", video.query_with_cid()));
        assert_eq!(told(&sprite), (200, "public, max-age=300", Some(reason)));
        let ready = stage.get(&format!("isMetadataReady?{}", video.query())).json();
        assert_eq!(ready["reason"]["name"], reason);
        assert!(stage.run_tasks().is_empty() && stage.asked().is_empty(), "{name}: it is remembered");
        stage.advance(3_600_000);
        assert_eq!(told(&stage.get(&format!("getVtt?{}", video.query_with_cid()))).0, 202);
        assert_eq!(stage.tasks().len(), 2);
    }
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

/// Without a runner there are no tasks: each request makes a piece.
#[test]
fn alone_each_request_makes_a_piece() {
    let video = Video::plain("a", 60);
    let stage = Stage::before(Harness::new(streamhut_vod::bundle()).alone(), [&video]);
    let path = format!("getVtt?{}", video.query_with_cid());
    let mut seen = Vec::new();
    for _ in 0..20 {
        stage.asked();
        let answer = stage.get(&path);
        let state = (answer.status(), cues(&answer).len());
        assert!(stage.keyframes_asked() <= 11, "a piece, and a look at the first frame");
        if seen.last() != Some(&state) {
            seen.push(state);
        }
    }
    assert_eq!(seen, [(202, 0), (200, 20), (200, 60)]);
    let board = cues(&stage.get(&path));
    sheets_are_there(&stage, &board);
    let made = whole(&video);
    assert_eq!(stage.blob(&stage.key("sheet-0.jpg")), made.blob(&made.key("sheet-0.jpg")));
}

#[test]
fn alone_a_board_that_cant_be_made_has_its_reason_and_a_node_that_is_away_costs_nothing() {
    let video = Video::of("a", Playlist::default().segments(40, 2.0, "yuv444", 0));
    let stage = Stage::before(Harness::new(streamhut_vod::bundle()).alone(), [&video]);
    let track = stage.get(&format!("getVtt?{}", video.query_with_cid()));
    assert_eq!(told(&track), (200, "public, max-age=15", Some("UnsupportedFormat")));

    let video = Video::plain("a", 60);
    let stage = Stage::before(Harness::new(streamhut_vod::bundle()).alone(), [&video]);
    gives(&stage, "high-8x8-cabac", 15);
    for _ in 0..3 {
        let answer = stage.get(&format!("getVtt?{}", video.query_with_cid()));
        assert!(matches!(answer.status(), 202 | 503), "{}", answer.status());
        assert!(answer.header("retry-after").is_some());
    }
    stage.show(&video);
    for _ in 0..20 {
        stage.get(&format!("getSprite?{}", video.query_with_cid()));
    }
    assert_eq!(cues(&stage.get(&format!("getVtt?{}", video.query_with_cid()))).len(), 60);
    let asked = stage.asked().iter().filter(|line| is_media(line)).count();
    assert!(asked <= 60 + 20, "{asked}");
}
