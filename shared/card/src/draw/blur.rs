//! Blurring of masks and pictures, by running means.

use super::mask::Mask;

/// Blurs a mask in place: two running means of `2 * radius + 1` pixels each way, which comes near to a Gaussian.
pub(crate) fn blur_mask(mask: &mut Mask, radius: usize) {
    let (width, height) = (mask.width, mask.height);
    blur_plane(&mut mask.alpha, width, height, radius);
}

/// Blurs RGB bytes in place, in the same way.
pub(crate) fn blur_rgb(rgb: &mut [u8], width: usize, height: usize, radius: usize) {
    let mut plane = vec![0; width * height];
    for channel in 0..3 {
        for (value, byte) in plane.iter_mut().zip(rgb.iter().skip(channel).step_by(3)) {
            *value = *byte;
        }
        blur_plane(&mut plane, width, height, radius);
        for (byte, value) in rgb.iter_mut().skip(channel).step_by(3).zip(&plane) {
            *byte = *value;
        }
    }
}

fn blur_plane(plane: &mut [u8], width: usize, height: usize, radius: usize) {
    if width == 0 || height == 0 || radius == 0 {
        return;
    }
    let mut line = vec![0; width.max(height)];
    for _ in 0..2 {
        for row in plane.chunks_exact_mut(width) {
            run(row, &mut line, radius);
        }
    }
    // Columns go through a turned copy, so that both ways walk along memory.
    let mut turned = turn(plane, width, height);
    for _ in 0..2 {
        for column in turned.chunks_exact_mut(height) {
            run(column, &mut line, radius);
        }
    }
    plane.copy_from_slice(&turn(&turned, height, width));
}

fn turn(plane: &[u8], width: usize, height: usize) -> Vec<u8> {
    let mut turned = Vec::with_capacity(plane.len());
    for column in 0..width {
        turned.extend(plane.iter().skip(column).step_by(width).take(height));
    }
    turned
}

/// One running mean over `values`, whose ends go on as they are.
fn run(values: &mut [u8], line: &mut [u8], radius: usize) {
    let (Some(&first), Some(&last)) = (values.first(), values.last()) else { return };
    let span = 2 * radius as u32 + 1;
    let ahead = values.iter().skip(1).take(radius).map(|&value| u32::from(value)).sum::<u32>();
    let missing = (radius + 1).saturating_sub(values.len()) as u32;
    let mut sum = u32::from(first) * (radius as u32 + 1) + ahead + u32::from(last) * missing;
    let coming = values.iter().skip(radius + 1).copied().chain(std::iter::repeat(last));
    let going = std::iter::repeat_n(first, radius).chain(values.iter().copied());
    for ((mean, come), go) in line.iter_mut().zip(coming).zip(going).take(values.len()) {
        *mean = ((sum + span / 2) / span) as u8;
        sum = sum + u32::from(come) - u32::from(go);
    }
    for (value, mean) in values.iter_mut().zip(line.iter()) {
        *value = *mean;
    }
}
