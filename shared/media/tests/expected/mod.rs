//! The fixtures, and what `expected.json` says of them.

#![allow(dead_code)]

use std::{fs, path::Path};

use serde::Deserialize;
use sha2::{Digest, Sha256};
use streamhut_media::{
    Frame, MediaError, Picture,
    mp4::{InitLook, VideoTrack, read_init},
};

pub struct Fixture {
    pub name: String,
    pub bytes: Vec<u8>,
    pub init_bytes: usize,
    pub picture: Option<Described>,
    pub keyframes: Vec<Keyframe>,
    pub refused: Option<String>,
}

#[derive(Deserialize)]
pub struct Described {
    pub cropped: [u32; 2],
    pub range: String,
    pub matrix: Option<String>,
    pub aspect: [u32; 2],
    pub rotation: u32,
}

pub struct Keyframe {
    pub offset: usize,
    pub size: usize,
    pub sample: String,
    pub planes: String,
    pub cells: Vec<[f64; 3]>,
}

#[derive(Deserialize)]
struct Expected {
    fixtures: Vec<Listed>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Listed {
    name: String,
    #[serde(default)]
    init_bytes: usize,
    picture: Option<Described>,
    #[serde(default)]
    keyframes: Vec<ListedKeyframe>,
    refused: Option<String>,
}

#[derive(Deserialize)]
struct ListedKeyframe {
    offset: usize,
    size: usize,
    #[serde(default)]
    sample: String,
    #[serde(default)]
    planes: String,
    #[serde(default)]
    cells: String,
}

pub fn fixtures() -> Vec<Fixture> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures");
    let expected: Expected =
        serde_json::from_slice(&fs::read(folder.join("expected.json")).unwrap()).unwrap();
    let read = |listed: Listed| Fixture {
        bytes: fs::read(folder.join(format!("{}.mp4", listed.name))).unwrap(),
        init_bytes: listed.init_bytes,
        picture: listed.picture,
        keyframes: listed.keyframes.into_iter().map(keyframe).collect(),
        refused: listed.refused,
        name: listed.name,
    };
    expected.fixtures.into_iter().map(read).collect()
}

/// The fixture of that name.
pub fn fixture(name: &str) -> Fixture {
    let found = fixtures().into_iter().find(|fixture| fixture.name == name);
    found.unwrap_or_else(|| panic!("no fixture {name}"))
}

impl Fixture {
    /// Its video track.
    pub fn track(&self) -> Result<VideoTrack, MediaError> {
        match read_init(&self.bytes[..self.init_bytes])? {
            InitLook::Track(track) => Ok(track),
            InitLook::More(more) => panic!("{}: more, {more}", self.name),
        }
    }

    /// The sample of its keyframe of that index, as far as the file has it.
    pub fn sample(&self, keyframe: usize) -> &[u8] {
        let Keyframe { offset, size, .. } = self.keyframes[keyframe];
        &self.bytes[offset..(offset + size).min(self.bytes.len())]
    }
}

fn keyframe(listed: ListedKeyframe) -> Keyframe {
    let colour = |text: &str| {
        let value = u32::from_str_radix(text, 16).unwrap();
        [value >> 16, value >> 8 & 255, value & 255].map(f64::from)
    };
    Keyframe {
        offset: listed.offset,
        size: listed.size,
        sample: listed.sample,
        planes: listed.planes,
        cells: listed.cells.split_whitespace().map(colour).collect(),
    }
}

pub fn sha256(bytes: &[u8]) -> String {
    Sha256::digest(bytes).iter().map(|byte| format!("{byte:02x}")).collect()
}

pub fn planes(frame: &Frame) -> Vec<u8> {
    [frame.y.as_slice(), &frame.u, &frame.v].concat()
}

/// The mean colour of one of sixteen cells.
pub fn cell(picture: &Picture, column: usize, row: usize) -> [f64; 3] {
    let (width, height) = (picture.width as usize, picture.height as usize);
    let mut sum = [0.0; 3];
    let mut count = 0.0;
    for y in row * height / 4..(row + 1) * height / 4 {
        for x in column * width / 4..(column + 1) * width / 4 {
            let at = (y * width + x) * 3;
            sum.iter_mut().zip(&picture.rgb[at..at + 3]).for_each(|(sum, value)| *sum += f64::from(*value));
            count += 1.0;
        }
    }
    sum.map(|sum| sum / count)
}

/// Peak signal to noise ratio in decibels.
pub fn psnr(a: &[u8], b: &[u8]) -> f64 {
    assert_eq!(a.len(), b.len());
    let squares: f64 = a.iter().zip(b).map(|(a, b)| (f64::from(*a) - f64::from(*b)).powi(2)).sum();
    if squares == 0.0 { 99.0 } else { 10.0 * (255.0f64.powi(2) * a.len() as f64 / squares).log10() }
}
