//! `getShareImage`.

use at_run::testing::Scripted;

use crate::stage::{IMMUTABLE, Playlist, Stage, Video, blob_ref, mean, media_url, pixels, size, told};

const MINUTES: &str = "public, max-age=60, stale-while-revalidate=600";

#[test]
fn a_card_is_a_jpeg_of_the_size_that_crawlers_take() {
    let video = Video::plain("a", 5);
    let stage = Stage::of([&video]);
    let path = format!("getShareImage?{}", video.query_with_cid());
    let answer = stage.get(&path);
    assert_eq!((told(&answer), size(&answer)), ((200, IMMUTABLE, None), (1200, 630)));
    assert!(answer.bytes().len() <= 300_000);
    assert_eq!(told(&stage.get(&format!("getShareImage?{}", video.query()))), (200, MINUTES, None));
    assert_eq!(stage.keyframes_asked(), 1);

    let tag = stage.get(&path).header("etag").unwrap().to_owned();
    assert_eq!(stage.request().header("if-none-match", &tag).get(&path).status(), 304);
    let head = stage.request().head(&path);
    assert_eq!((head.status(), head.bytes().len()), (200, 0));
    assert_eq!(head.header("content-length"), Some(answer.bytes().len().to_string().as_str()));
}

#[test]
fn a_card_shows_title_and_frame() {
    let of = |video: &Video| pixels(&Stage::of([video]).get(&format!("getShareImage?{}", video.query())));
    let plain = of(&Video::plain("a", 5));
    assert_ne!(plain, of(&Video::plain("a", 5).titled("Another")), "the title is drawn");
    let other = Video::of("a", Playlist::default().segments(5, 2.0, "main-cavlc", 0));
    assert_ne!(plain, of(&other), "the frame is drawn");
    assert_ne!(plain, of(&Video::plain("a", 50)), "the duration is drawn");
}

#[test]
fn bad_input_25_titles_that_are_hostile() {
    let megabyte = "W".repeat(1_000_000);
    for title in [
        "\"><script>alert(1)</script>",
        "\u{202e}gnp.elif\u{202c}\u{2066}\u{2069}",
        "a\0b\u{1}\u{7f}\u{85}",
        "",
        "   ",
        "\u{feff}\u{200b}\u{200d}",
        &megabyte,
        "漢字かな한글ไทย🎬👩‍👩‍👧‍👦",
        "e\u{301}\u{301}\u{301}\u{301}\u{301}\u{301}\u{301}\u{301}\u{301}\u{301}",
        "line\nline\r\nline\u{2028}line",
    ] {
        let video = Video::plain("a", 5).titled(title);
        let answer = Stage::of([&video]).get(&format!("getShareImage?{}", video.query_with_cid()));
        let shown: String = title.chars().take(20).collect();
        assert_eq!((told(&answer), size(&answer)), ((200, IMMUTABLE, None), (1200, 630)), "{shown:?}");
        assert!(answer.bytes().len() <= 300_000, "{shown:?}");
    }
}

#[test]
fn videos_with_warnings_have_one_card_for_all_and_show_nothing() {
    let one = Video::plain("a", 5).warned();
    let other =
        Video::of("b", Playlist::default().segments(9, 2.0, "main-cavlc", 0)).titled("Other").warned();
    let stage = Stage::of([&one, &other]);
    let [one, other] =
        [one, other].map(|video| stage.get(&format!("getShareImage?{}", video.query_with_cid())));
    assert_eq!((told(&one), size(&one)), ((200, IMMUTABLE, None), (1200, 630)));
    assert_eq!(one.bytes(), other.bytes());
    assert_eq!(stage.keyframes_asked(), 0, "no frame is looked at");
    // It is told whose they are, so that they are not swept.
    assert_eq!(stage.blob_keys().iter().filter(|key| key.ends_with("video.json")).count(), 2);
}

#[test]
fn a_record_that_is_edited_to_warn_shows_its_frame_no_longer() {
    let video = Video::plain("a", 5);
    let stage = Stage::of([&video]);
    let open = stage.get(&format!("getShareImage?{}", video.query()));
    stage.show(&video.edited().warned());
    stage.advance(60_000);
    let warned = stage.get(&format!("getShareImage?{}", video.query()));
    assert_ne!(open.bytes(), warned.bytes());
}

#[test]
fn without_a_frame_there_is_a_card_for_a_minute() {
    let video = Video::of("a", Playlist::default().segments(9, 2.0, "yuv444", 0));
    let stage = Stage::of([&video]);
    let path = format!("getShareImage?{}", video.query_with_cid());
    let answer = stage.get(&path);
    assert_eq!(told(&answer), (200, "public, max-age=60", Some("UnsupportedFormat")));
    assert_eq!(size(&answer), (1200, 630));
    let other = Video::of("a", Playlist::default().segments(9, 2.0, "yuv444", 0)).titled("Another");
    let titled = Stage::of([&other]).get(&path);
    assert_ne!(answer.bytes(), titled.bytes(), "the title is drawn all the same");
    assert!(stage.pictures().is_empty(), "it is not kept");
    stage.asked();
    assert_eq!(told(&stage.get(&path)).2, Some("UnsupportedFormat"));
    assert!(stage.asked().is_empty(), "nor looked for again");
}

#[test]
fn a_frame_that_could_not_be_had_is_looked_for_again() {
    let video = Video::plain("a", 5);
    let stage = Stage::of([&video]);
    stage.rescript(&media_url("high-8x8-cabac"), [Scripted::Failed]);
    let path = format!("getShareImage?{}", video.query_with_cid());
    assert_eq!(told(&stage.get(&path)).2, Some("UpstreamUnavailable"));
    stage.show(&video);
    stage.advance(15_000);
    assert_eq!(told(&stage.get(&path)), (200, IMMUTABLE, None));
}

#[test]
fn the_records_own_thumbnail_is_on_the_card() {
    let mut png = std::io::Cursor::new(Vec::new());
    let red = image::RgbImage::from_pixel(640, 360, image::Rgb([220, 20, 40]));
    image::DynamicImage::ImageRgb8(red).write_to(&mut png, image::ImageOutputFormat::Png).unwrap();
    let (png, kind) = (png.into_inner(), "image/png");
    let video = Video::plain("a", 5).with_thumb(blob_ref(&png, kind));
    let file = Scripted::Answer { status: 200, headers: Vec::new(), body: png.clone(), url: None };
    let stage = Stage::of([&video]);
    stage.pds_has(&blob_ref(&png, kind), Scripted::Failed);
    let path = format!("getShareImage?{}", video.query_with_cid());
    let frame = stage.get(&path);
    assert_eq!(told(&frame), (200, "public, max-age=60", None), "a frame, while the PDS is away");
    stage.pds_has(&blob_ref(&png, kind), file);
    let card = stage.get(&path);
    assert_eq!(told(&card), (200, IMMUTABLE, None));
    let [red, green, _] = mean(&pixels(&card));
    assert!(red > 2 * green, "{red} {green}");
}
