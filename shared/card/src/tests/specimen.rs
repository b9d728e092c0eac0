//! Specimens: what text and cards look like.
//!
//! `CARD_SPECIMENS=folder cargo test -p streamhut-card specimen` writes them to a folder as PPM files. After a change
//! that is meant, look at them, and bless it by taking the hashes that the failed test prints into `GOLDEN`.

use crate::draw::canvas::{Canvas, Colour};
use crate::text::pen::Pen;
use crate::text::read::read;
use crate::{Rgb, ShareCard, StandIn, neutral_card, share_card, stand_in};

/// FNV-1a hashes of specimens.
const GOLDEN: [(&str, u64); 6] = [
    ("latin", 0x695a_966f_1318_44bd),
    ("latin-bold", 0xee62_72d7_5737_5ed9),
    ("marks", 0x60e0_ef50_4300_0890),
    ("greek-cyrillic", 0x72f0_cb97_7078_8e72),
    ("card-none", 0x9d84_4363_8583_6905),
    ("stand-in", 0x3ff3_c074_e394_19ed),
];

const TITLE: &str = "Building a video network on the AT Protocol, from records to pixels";

#[test]
fn specimen() {
    let pictures = specimens();
    for (name, picture) in &pictures {
        keep(name, picture);
    }
    let hashes = GOLDEN.map(|(name, _)| {
        let picture = pictures.iter().find(|(other, _)| other == name);
        (name, picture.map_or(0, |(_, picture)| fnv(&picture.rgb)))
    });
    assert!(hashes == GOLDEN, "specimens changed; look at them, then bless {hashes:#018x?}");
}

fn specimens() -> Vec<(String, Rgb)> {
    let latin = ["abcdefghijklm", "nopqrstuvwxyz", "ABCDEFGHIJKLM", "NOPQRSTUVWXYZ", "0123456789&@%$#"];
    let marks = [
        "!\"'()*+,-./:;<=>?[\\]^_`{|}~ ¡¢£¤¥¦§©ª«¬®¯°±²³´µ¶·¹º»¿×÷",
        "‘’‚“”„–—…•‹›′″€№™←→↑↓↔−≈≠≤≥∞ \u{fffd} ¨¸",
        "ÀÁÂÃÄÅÆÇÈÉÊËÌÍÎÏÐÑÒÓÔÕÖØÙÚÛÜÝÞẞ àáâãäåæçèéêëìíîïðñòóôõöøùúûüýþÿß",
        "ĀāĂăĄąĆćĈĉĊċČčĎďĐđĒēĔĕĖėĘęĚěĜĝĞğĠġĢģĤĥĦħĨĩĪīĬĭĮįİıĴĵĶķ",
        "ĹĺĻļĽľŁłŃńŅņŇňŊŋŌōŎŏŐőŒœŔŕŖŗŘřŚśŜŝŞşŠšŢţŤťŦŧŨũŪūŬŭŮůŰűŲųŴŵŶŷŸŹźŻżŽž",
        "Tiếng Việt: Nguyễn, Phở, Đường, Ở ĐƯỜNG, ẤẦẨẪẬ ắằẳẵặ ợỡ",
    ];
    let other = [
        "ΑΒΓΔΕΖΗΘΙΚΛΜΝΞΟΠΡΣΤΥΦΧΨΩ ΆΈΊ",
        "αβγδεζηθικλμνξοπρσςτυφχψω άέήίόύώΐ",
        "АБВГДЕЁЖЗИЙКЛМНОПРСТУФХЦЧ",
        "ШЩЪЫЬЭЮЯ абвгдеёжзийклмнопрст",
        "уфхцчшщъыьэюя ЂЃЄЅІЇЈЉЊЋЌЎЏҐ",
        "ђѓєѕіїјљњћќўџґ Съешь ещё булок",
    ];
    let running = [
        "The quick brown fox jumps over a lazy dog 0123456789",
        "Small text stays legible: gauge, baggage, S2Z5 6G 8B, 1Il|O0",
        "@handle.streamhut.example · 1:02:03 · Ångström, Ørsted, œuvre",
    ];
    let mut all = vec![
        ("latin".to_owned(), sheet(&latin, Pen::regular(120.0))),
        ("latin-bold".to_owned(), sheet(&latin, Pen::bold(120.0))),
        ("marks".to_owned(), sheet(&marks, Pen::regular(46.0))),
        ("marks-bold".to_owned(), sheet(&marks, Pen::bold(46.0))),
        ("greek-cyrillic".to_owned(), sheet(&other, Pen::regular(76.0))),
        ("greek-cyrillic-bold".to_owned(), sheet(&other, Pen::bold(76.0))),
        ("running".to_owned(), sheet(&running, Pen::bold(52.0))),
        ("small".to_owned(), sheet(&running, Pen::regular(22.0))),
        ("card-neutral".to_owned(), neutral_card()),
        ("stand-in".to_owned(), stand_in(640, 360, StandIn::Unsupported)),
        ("stand-in-small".to_owned(), stand_in(160, 90, StandIn::NotYet)),
        ("stand-in-portrait".to_owned(), stand_in(360, 640, StandIn::Unavailable)),
    ];
    let shapes = [
        ("none", 0, 0),
        ("wide", 1280, 720),
        ("portrait", 720, 1280),
        ("square", 800, 800),
        ("strip", 1600, 400),
    ];
    for (name, width, height) in shapes {
        let picture = hills(width, height);
        let picture = (width > 0).then(|| picture.as_ref());
        let (creator, handle) = ("Ana María Ørsted", Some("ana.example.com"));
        let card = ShareCard { picture, title: TITLE, creator, handle, duration_ms: Some(3_723_000) };
        all.push((format!("card-{name}"), share_card(&card)));
    }
    all
}

/// Lines of text, dark on white.
fn sheet(lines: &[&str], pen: Pen) -> Rgb {
    let lines: Vec<_> = lines.iter().map(|line| read(line).clusters).collect();
    let width = lines.iter().map(|line| pen.width(line)).fold(0.0, f32::max) + 40.0;
    let step = pen.size * 1.5;
    let mut canvas = Canvas::new(width as u32, (step * lines.len() as f32) as u32, Colour(255, 255, 255));
    for (index, line) in lines.iter().enumerate() {
        let baseline = step * index as f32 + pen.size * 1.15;
        canvas.paint(&pen.line(line, 20.0, baseline, 0.0), Colour(20, 16, 14), 1.0);
    }
    canvas.into_rgb()
}

/// A picture with light, dark and edges in it.
fn hills(width: u32, height: u32) -> Rgb {
    let mut rgb = Vec::new();
    for (y, x) in (0..height).flat_map(|y| (0..width).map(move |x| (y, x))) {
        let (u, v) = (x as f32 / width as f32, y as f32 / height as f32);
        let hill = 0.5 + (u - 0.35) * (u - 0.35) + ((u * 5.0).fract() - 0.5).abs() * 0.12;
        let sun = (u - 0.7) * (u - 0.7) + (v - 0.3) * (v - 0.3) * 0.3 < 0.006;
        let pixel = match (v > hill, sun) {
            (true, _) => [40.0 + 80.0 * v, 90.0 - 20.0 * u, 50.0],
            (false, true) => [255.0, 244.0, 214.0],
            (false, false) => [250.0 - 90.0 * v, 205.0 - 40.0 * u, 120.0 + 130.0 * v],
        };
        rgb.extend(pixel.map(|value| value as u8));
    }
    Rgb { width, height, rgb }
}

fn fnv(bytes: &[u8]) -> u64 {
    bytes
        .iter()
        .fold(0xcbf2_9ce4_8422_2325, |hash, byte| (hash ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01b3))
}

fn keep(name: &str, picture: &Rgb) {
    let Ok(folder) = std::env::var("CARD_SPECIMENS") else { return };
    let mut bytes = format!("P6\n{} {}\n255\n", picture.width, picture.height).into_bytes();
    bytes.extend(&picture.rgb);
    std::fs::create_dir_all(&folder).unwrap();
    std::fs::write(format!("{folder}/{name}.ppm"), bytes).unwrap();
}
