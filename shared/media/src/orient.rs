//! Quarter turns.

use crate::{Orientation, Picture};

/// Turns pixels of `N` bytes, of which the first three are kept, `width` of them in a row.
pub(crate) fn turned<const N: usize>(
    pixels: Vec<u8>,
    (width, height): (u32, u32),
    turn: Orientation,
) -> Picture {
    if N == 3 && turn == Orientation::Upright {
        return Picture { width, height, rgb: pixels };
    }
    let pixels = pixels.as_chunks::<N>().0;
    let rows = || pixels.chunks_exact(width as usize);
    let columns = 0..width as usize;
    let mut rgb = vec![0; pixels.len() * 3];
    let mut places = rgb.as_chunks_mut::<3>().0.iter_mut();
    let keep = |pixel: &[u8; N]| {
        if let (Some(place), Some(rgb)) = (places.next(), pixel.first_chunk()) {
            *place = *rgb;
        }
    };
    match turn {
        Orientation::Upright => pixels.iter().for_each(keep),
        Orientation::Half => pixels.iter().rev().for_each(keep),
        Orientation::Clockwise90 => {
            columns.flat_map(|x| rows().rev().filter_map(move |row| row.get(x))).for_each(keep);
        }
        Orientation::Clockwise270 => {
            columns.rev().flat_map(|x| rows().filter_map(move |row| row.get(x))).for_each(keep);
        }
    }
    let (width, height) = turn.turned(width, height);
    Picture { width, height, rgb }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// One character a pixel, rows parted by blanks.
    fn drawn(picture: &Picture) -> String {
        let rows = picture.rgb.chunks(3 * picture.width as usize);
        let rows = rows.map(|row| row.chunks(3).map(|pixel| char::from(pixel[0])).collect::<String>());
        rows.collect::<Vec<_>>().join(" ")
    }

    #[test]
    fn turns() {
        for (turn, expected) in [
            (Orientation::Upright, "abc def"),
            (Orientation::Clockwise90, "da eb fc"),
            (Orientation::Half, "fed cba"),
            (Orientation::Clockwise270, "cf be ad"),
        ] {
            let rgba: Vec<u8> = b"abcdef".iter().flat_map(|&c| [c, 0, 0, 255]).collect();
            assert_eq!(drawn(&turned::<4>(rgba, (3, 2), turn)), expected, "{turn:?}");
            let rgb: Vec<u8> = b"abcdef".iter().flat_map(|&c| [c, 0, 0]).collect();
            assert_eq!(drawn(&turned::<3>(rgb, (3, 2), turn)), expected, "{turn:?}");
        }
    }
}
