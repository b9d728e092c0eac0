//! Scaling of a part of a picture, with a triangle filter as wide as the reduction asks for.

use crate::rgb::{Rgb, RgbRef};

/// A part of a picture, in its pixels.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Region {
    /// Left edge.
    pub x: f32,
    /// Upper edge.
    pub y: f32,
    /// Width, above 0.
    pub width: f32,
    /// Height, above 0.
    pub height: f32,
}

impl Region {
    /// The whole picture.
    pub(crate) fn whole(picture: RgbRef<'_>) -> Self {
        Self { x: 0.0, y: 0.0, width: picture.width as f32, height: picture.height as f32 }
    }

    /// The largest part with the aspect `width / height`: centred across, and a third of the way down, since
    /// faces are seldom at the bottom.
    pub(crate) fn cover(picture: RgbRef<'_>, width: u32, height: u32) -> Self {
        let wanted = width as f32 / height.max(1) as f32;
        let (w, h) = (picture.width as f32, picture.height as f32);
        if picture.aspect() > wanted {
            let part = h * wanted;
            Self { x: (w - part) / 2.0, y: 0.0, width: part, height: h }
        } else {
            let part = w / wanted;
            Self { x: 0.0, y: (h - part) / 3.0, width: w, height: part }
        }
    }
}

/// `region` of `picture`, scaled to `width` by `height` pixels.
pub(crate) fn scale(picture: RgbRef<'_>, region: Region, width: u32, height: u32) -> Rgb {
    let across = taps(region.x, region.width, picture.width as usize, width as usize);
    let down = taps(region.y, region.height, picture.height as usize, height as usize);
    let stride = picture.width as usize * 3;
    let first = down.iter().map(|tap| tap.start).min().unwrap_or(0);
    let end = down.iter().map(|tap| tap.start + tap.weights.len()).max().unwrap_or(0);

    let line = width as usize * 3;
    let mut narrow: Vec<u8> = Vec::with_capacity(line * (end - first));
    for row in picture.rgb.chunks_exact(stride.max(1)).skip(first).take(end - first) {
        for tap in &across {
            let (mut r, mut g, mut b) = (HALF, HALF, HALF);
            let pixels = row.get(tap.start * 3..).unwrap_or_default().chunks_exact(3);
            for (pixel, &weight) in pixels.zip(&tap.weights) {
                let &[red, green, blue] = pixel else { continue };
                r += u32::from(red) * weight;
                g += u32::from(green) * weight;
                b += u32::from(blue) * weight;
            }
            narrow.extend([(r >> BITS) as u8, (g >> BITS) as u8, (b >> BITS) as u8]);
        }
    }

    let mut rgb: Vec<u8> = Vec::with_capacity(line * height as usize);
    let mut sums = vec![0u32; line];
    for tap in &down {
        sums.fill(HALF);
        let rows = narrow.get((tap.start - first) * line..).unwrap_or_default().chunks_exact(line.max(1));
        for (row, &weight) in rows.zip(&tap.weights) {
            for (sum, &byte) in sums.iter_mut().zip(row) {
                *sum += u32::from(byte) * weight;
            }
        }
        rgb.extend(sums.iter().map(|sum| (sum >> BITS) as u8));
    }
    Rgb { width, height, rgb }
}

/// Weights are whole numbers that sum to `1 << BITS`.
const BITS: u32 = 14;
const HALF: u32 = 1 << (BITS - 1);

/// Which input pixels one output pixel takes, from `start` on, and how much of each.
struct Tap {
    start: usize,
    weights: Vec<u32>,
}

fn taps(from: f32, length: f32, input: usize, output: usize) -> Vec<Tap> {
    let step = length / output.max(1) as f32;
    let reach = step.max(1.0);
    let last = input.saturating_sub(1);
    let tap = |index: usize| {
        let centre = from + (index as f32 + 0.5) * step - 0.5;
        let start = ((centre - reach).ceil().max(0.0) as usize).min(last);
        let end = ((centre + reach).floor().max(0.0) as usize).clamp(start, last);
        let shares: Vec<f32> =
            (start..=end).map(|pixel| (1.0 - (pixel as f32 - centre).abs() / reach).max(0.0)).collect();
        let total: f32 = shares.iter().sum();
        let unit = if total > 0.0 { (1u32 << BITS) as f32 / total } else { 0.0 };
        let mut weights: Vec<u32> = shares.iter().map(|share| (share * unit) as u32).collect();
        let missing = (1u32 << BITS).saturating_sub(weights.iter().sum());
        if let Some(largest) = weights.iter_mut().max() {
            *largest += missing;
        }
        Tap { start, weights }
    };
    (0..output).map(tap).collect()
}
