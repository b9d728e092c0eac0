//! The thumbnail that the record names: a blob on its creator's PDS.

use std::io::Cursor;

use at_run::testing::Scripted;
use image::{DynamicImage, ImageOutputFormat, Rgb, RgbImage};
use streamhut_atproto::BlobRef;

use crate::stage::{Stage, Video, blob_ref, pixels, size, told};

const RED: [u8; 3] = [220, 20, 40];

fn picture(width: u32, height: u32, format: ImageOutputFormat) -> Vec<u8> {
    let mut bytes = Cursor::new(Vec::new());
    let image = DynamicImage::ImageRgb8(RgbImage::from_pixel(width, height, Rgb(RED)));
    image.write_to(&mut bytes, format).unwrap();
    bytes.into_inner()
}

fn file(bytes: &[u8]) -> Scripted {
    Scripted::Answer { status: 200, headers: Vec::new(), body: bytes.to_vec(), url: None }
}

/// A video with a thumbnail of its own, and a PDS that answers so for it.
fn stage(blob: &BlobRef, answer: Scripted) -> (Video, Stage) {
    let video = Video::plain("a", 5).with_thumb(blob.clone());
    let stage = Stage::of([&video]);
    stage.pds_has(blob, answer);
    (video, stage)
}

fn is_red(answer: &at_run::testing::Answer) -> bool {
    let mean = crate::stage::mean(&pixels(answer));
    mean.into_iter().zip(RED).all(|(mean, red)| mean.abs_diff(red) <= 6)
}

#[test]
fn it_is_preferred_to_a_frame() {
    for (format, kind) in [(ImageOutputFormat::Png, "image/png"), (ImageOutputFormat::Jpeg(90), "image/jpeg")]
    {
        let bytes = picture(640, 360, format);
        let (video, stage) = stage(&blob_ref(&bytes, kind), file(&bytes));
        let answer = stage.get(&format!("getThumbnail?{}&width=160", video.query_with_cid()));
        assert_eq!(told(&answer), (200, "public, max-age=31536000, immutable", None));
        assert_eq!((size(&answer), is_red(&answer)), ((160, 90), true), "{kind}");
        assert_eq!(stage.asked(), ["video a", "directory", "blob"], "no media");
        // Another width asks for the blob again, and not where it is.
        let wide = stage.get(&format!("getThumbnail?{}&width=1280", video.query_with_cid()));
        assert_eq!((size(&wide), is_red(&wide)), ((640, 360), true), "none is made larger");
        assert_eq!(stage.asked(), ["blob"]);
    }
}

#[test]
fn a_moment_is_a_frame_all_the_same() {
    let bytes = picture(640, 360, ImageOutputFormat::Png);
    let (video, stage) = stage(&blob_ref(&bytes, "image/png"), file(&bytes));
    let answer = stage.get(&format!("getThumbnail?{}&width=160&t=4", video.query()));
    assert!(!is_red(&answer));
}

#[test]
fn bad_input_22_a_thumbnail_that_is_none_gives_way_to_a_frame() {
    let png = picture(64, 36, ImageOutputFormat::Png);
    let other = picture(64, 38, ImageOutputFormat::Png);
    let named = blob_ref(&png, "image/png");
    let huge = vec![0x89; 2_000_000];
    let of = |bytes: &[u8], kind: &str| (blob_ref(bytes, kind), file(bytes));
    let svg = b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>".as_slice();
    let webp = b"RIFF\x1a\0\0\0WEBPVP8L\x0d\0\0\0\x2f\0\0\0\x10\x07\x10\x11\x11\x88\x88\xfe\x07\0".as_slice();
    let gif = b"GIF89a\x01\0\x01\0\0\0\0;".as_slice();
    for (what, (blob, answer)) in [
        ("other bytes under its CID", (named.clone(), file(&other))),
        ("one bit off", (named.clone(), file(&flipped(&png)))),
        ("an SVG that says it is a PNG", of(svg, "image/png")),
        ("a WebP", of(webp, "image/webp")),
        ("a WebP that says it is a JPEG", of(webp, "image/jpeg")),
        ("a GIF", of(gif, "image/gif")),
        ("50,000 by 50,000 pixels", of(&png_header(50_000, 50_000), "image/png")),
        ("4,097 pixels wide", of(&png_header(4_097, 1), "image/png")),
        ("more pixels than memory", of(&png_header(u32::MAX, u32::MAX), "image/png")),
        ("more pixels than 4K has", of(&picture(4_096, 2_048, ImageOutputFormat::Png), "image/png")),
        ("a PNG that breaks off", of(&png[..png.len() / 2], "image/png")),
        ("a JPEG that is only its beginning", of(&[0xff, 0xd8, 0xff, 0xe0], "image/jpeg")),
        ("one pixel", of(&picture(1, 1, ImageOutputFormat::Png), "image/png")),
        ("nothing", of(b"", "image/png")),
        ("two megabytes", of(&huge, "image/png")),
        ("a PDS that is away", (named.clone(), Scripted::Failed)),
        ("a PDS that is slow", (named.clone(), Scripted::Deadline)),
        ("a PDS that has trouble", (named.clone(), Scripted::text(500, "oops"))),
        ("a PDS that knows no such blob", (named.clone(), Scripted::text(404, "{}"))),
        ("an error page", (named.clone(), Scripted::text(200, "<!doctype html>"))),
    ] {
        let (video, stage) = stage(&blob, answer);
        let answer = stage.get(&format!("getThumbnail?{}&width=160", video.query()));
        assert_eq!((told(&answer).0, told(&answer).2), (200, None), "{what}");
        assert_eq!((size(&answer), is_red(&answer)), ((160, 96), false), "{what}");
    }
}

#[test]
fn an_svg_is_not_even_asked_for() {
    let svg = b"<svg/>";
    let (video, stage) = stage(&blob_ref(svg, "image/svg+xml"), file(svg));
    assert_eq!(stage.get(&format!("getThumbnail?{}&width=160", video.query())).status(), 200);
    assert!(!stage.asked().iter().any(|line| line == "blob" || line == "directory"));
}

#[test]
fn a_repo_that_cant_be_found_gives_way_to_a_frame() {
    let bytes = picture(64, 36, ImageOutputFormat::Png);
    let blob = blob_ref(&bytes, "image/png");
    for document in [
        Scripted::Failed,
        Scripted::text(404, ""),
        Scripted::text(200, "<html>"),
        Scripted::json(200, &serde_json::json!({"id": "did:plc:somebodyelse"})),
        Scripted::json(200, &serde_json::json!({"id": crate::stage::DID})),
    ] {
        let (video, stage) = stage(&blob, file(&bytes));
        stage.rescript(&format!("https://plc.directory/{}", crate::stage::DID), [document]);
        let answer = stage.get(&format!("getThumbnail?{}&width=160", video.query()));
        assert!(!is_red(&answer));
    }
}

/// While the PDS is away a frame stands in; the creator's choice is not lost for that.
#[test]
fn a_pds_that_was_away_for_a_moment_gets_its_thumbnail_shown_later() {
    let bytes = picture(640, 360, ImageOutputFormat::Png);
    for away in [Scripted::Failed, Scripted::Deadline, Scripted::text(500, ""), Scripted::text(429, "")] {
        let (video, stage) = stage(&blob_ref(&bytes, "image/png"), away);
        let path = format!("getThumbnail?{}&width=160", video.query_with_cid());
        let frame = stage.get(&path);
        assert!(!is_red(&frame));
        assert!(!told(&frame).1.contains("immutable"), "{:?}", told(&frame));
        stage.asked();
        let again = stage.get(&path);
        assert_eq!(again.bytes(), frame.bytes());
        assert!(stage.asked().is_empty(), "a frame is made once all the same");

        stage.pds_has(&blob_ref(&bytes, "image/png"), file(&bytes));
        stage.advance(600_000);
        let chosen = stage.get(&path);
        assert!(is_red(&chosen));
        assert_eq!(told(&chosen).1, "public, max-age=31536000, immutable");
    }
}

fn flipped(bytes: &[u8]) -> Vec<u8> {
    let mut bytes = bytes.to_vec();
    let middle = bytes.len() / 2;
    bytes[middle] ^= 1;
    bytes
}

/// The beginning of a PNG of that size, 8 bits of grey.
fn png_header(width: u32, height: u32) -> Vec<u8> {
    let mut header = b"IHDR".to_vec();
    header.extend(width.to_be_bytes());
    header.extend(height.to_be_bytes());
    header.extend([8, 0, 0, 0, 0]);
    let mut bytes = b"\x89PNG\r\n\x1a\n".to_vec();
    for chunk in [header, b"IDAT\x78\x9c\x01\0\0\xff\xff".to_vec()] {
        bytes.extend((chunk.len() as u32 - 4).to_be_bytes());
        bytes.extend(&chunk);
        bytes.extend(crc(&chunk).to_be_bytes());
    }
    bytes
}

/// PNG, annex D.
fn crc(bytes: &[u8]) -> u32 {
    !bytes.iter().fold(!0u32, |crc, byte| {
        (0..8).fold(crc ^ u32::from(*byte), |crc, _| (crc >> 1) ^ (0xedb8_8320 * (crc & 1)))
    })
}
