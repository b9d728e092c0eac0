//! From a keyframe to a picture, step by step, for whoever holds a clock.

use streamhut_media::{
    Fidelity, Frame, Picture, Target, decode, jpeg,
    mp4::{InitLook, VideoTrack, read_init},
    render,
    storyboard::{Sheet, Storyboard},
};
use wasm_bindgen::prelude::{JsError, wasm_bindgen};

/// The bundle's, for thumbnails.
const THUMBNAIL_QUALITY: u8 = 80;
/// The bundle's, for sheets.
const SHEET_QUALITY: u8 = 72;
const HOUR_US: u64 = 3_600_000_000;
/// Tiles that the bundle keeps at once, for a later call.
const CHUNK: usize = 25;
/// Samples that it has fetched ahead of the one that it decodes.
const AHEAD: usize = 4;

/// An access unit, and what it takes to decode it.
#[wasm_bindgen]
pub struct Keyframe {
    track: VideoTrack,
    sample: Vec<u8>,
}

/// Its planes.
#[wasm_bindgen]
pub struct Planes(Frame);

/// A small picture in RGB.
#[wasm_bindgen]
pub struct Small(Picture);

#[wasm_bindgen]
impl Keyframe {
    /// `init` is the initialisation segment, `sample` the keyframe's sample.
    ///
    /// # Errors
    /// When `init` has no video track.
    #[wasm_bindgen(constructor)]
    pub fn new(init: &[u8], sample: Vec<u8>) -> Result<Keyframe, JsError> {
        match read_init(init)? {
            InitLook::Track(track) => Ok(Self { track, sample }),
            InitLook::More(need) => {
                Err(JsError::new(&format!("the initialisation segment has {need} bytes")))
            }
        }
    }

    /// Decodes it, sample for sample as the standard says.
    ///
    /// # Errors
    /// The decoder's.
    pub fn exact(&self) -> Result<Planes, JsError> {
        Ok(Planes(decode(&self.track, &self.sample, Fidelity::Exact)?))
    }

    /// Decodes it for a picture of so many pixels a row.
    ///
    /// # Errors
    /// The decoder's.
    pub fn shrunk(&self, width: u32) -> Result<Planes, JsError> {
        Ok(Planes(decode(&self.track, &self.sample, Fidelity::Shrunk { width })?))
    }

    /// The whole way, as the bundle goes it: a JPEG of so many pixels a row.
    ///
    /// # Errors
    /// The decoder's.
    pub fn thumbnail(&self, width: u32) -> Result<Vec<u8>, JsError> {
        self.shrunk(width)?.render(width)?.jpeg()
    }

    /// The sheet of an hour's storyboard, every tile of which is this keyframe; as JPEG. What the bundle keeps between tiles
    /// is kept here too.
    ///
    /// # Errors
    /// The decoder's.
    pub fn storyboard(&self) -> Result<Vec<u8>, JsError> {
        let frame = self.shrunk(1)?.0;
        let (width, height) = frame.display_size();
        drop(frame);
        let board = Storyboard::plan(HOUR_US, width, height)?;
        let (width, height) = board.tile_size();
        let ahead = vec![self.sample.clone(); AHEAD];
        let mut tiles: Vec<Picture> = Vec::new();
        for (tile, sample) in board.all().zip(ahead.iter().cycle()) {
            let frame = decode(&self.track, sample, Fidelity::Shrunk { width })?;
            tiles.push(render(&frame, Target::Exact(width, height))?);
            if (tile.index as usize + 1).is_multiple_of(CHUNK) {
                let newest = tiles.iter().rev().take(CHUNK);
                let kept: Vec<u8> = newest.flat_map(|tile| tile.rgb.iter().copied()).collect();
                std::hint::black_box(kept);
            }
        }
        let mut sheet = Sheet::new(&board, 0)?;
        for (tile, picture) in board.all().zip(&tiles) {
            sheet.put(tile.index, picture)?;
        }
        Ok(sheet.jpeg(SHEET_QUALITY)?)
    }
}

#[wasm_bindgen]
impl Planes {
    /// A picture of so many pixels a row.
    ///
    /// # Errors
    /// Planes that don't have the size which they state.
    pub fn render(&self, width: u32) -> Result<Small, JsError> {
        Ok(Small(render(&self.0, Target::Width(width))?))
    }
}

#[wasm_bindgen]
impl Small {
    /// The picture as JPEG.
    ///
    /// # Errors
    /// Pictures without pixels.
    pub fn jpeg(&self) -> Result<Vec<u8>, JsError> {
        Ok(jpeg(&self.0, THUMBNAIL_QUALITY)?)
    }
}
