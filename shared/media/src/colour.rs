//! From YCbCr to RGB (H.264 Annex E, equations E-1 to E-28 read backwards) in fixed point.

use crate::shrink::Small;
use crate::{Matrix, Range};

/// Fraction bits. Rounding of a coefficient moves a result by less than 1/500.
const BITS: u32 = 16;

/// What a sample counts for, in 2^-16 of a step of RGB.
struct Coefficients {
    luma: i32,
    black: i32,
    red_cr: i32,
    green_cb: i32,
    green_cr: i32,
    blue_cb: i32,
}

impl Coefficients {
    fn new(range: Range, matrix: Matrix) -> Self {
        // Shares of red and blue in luma: ITU-R BT.601-7, 2.5.1; BT.709-6, 3.2; BT.2020-2, table 4.
        let (red, blue) = match matrix {
            Matrix::Bt601 => (0.299, 0.114),
            Matrix::Bt709 => (0.2126, 0.0722),
            Matrix::Bt2020 => (0.2627, 0.0593),
        };
        let green = 1.0 - red - blue;
        let (black, luma, chroma) = match range {
            Range::Limited => (16, 255.0 / 219.0, 255.0 / 224.0),
            Range::Full => (0, 1.0, 1.0),
        };
        let fixed = |real: f64| (real * f64::from(1 << BITS)).round() as i32;
        Self {
            luma: fixed(luma),
            black,
            red_cr: fixed(chroma * 2.0 * (1.0 - red)),
            green_cb: fixed(chroma * -2.0 * (1.0 - blue) * blue / green),
            green_cr: fixed(chroma * -2.0 * (1.0 - red) * red / green),
            blue_cb: fixed(chroma * 2.0 * (1.0 - blue)),
        }
    }

    /// Each step of a grey is the same in all three, whatever the rounding: chroma then counts for nothing.
    fn rgb(&self, y: u8, cb: u8, cr: u8) -> [u8; 3] {
        let luma = (i32::from(y) - self.black) * self.luma + (1 << (BITS - 1));
        let (cb, cr) = (i32::from(cb) - 128, i32::from(cr) - 128);
        let byte = |fixed: i32| (fixed >> BITS).clamp(0, 255) as u8;
        [
            byte(luma + self.red_cr * cr),
            byte(luma + self.green_cb * cb + self.green_cr * cr),
            byte(luma + self.blue_cb * cb),
        ]
    }
}

/// The pixels of planes, `N` bytes each: red, green, blue and, when there is room for it, opaque alpha.
pub(crate) fn pixels<const N: usize>(planes: &Small<'_>, range: Range, matrix: Matrix) -> Vec<u8> {
    let coefficients = Coefficients::new(range, matrix);
    let mut pixels = vec![255; planes.width * planes.height * N];
    let samples = planes.y.iter().zip(planes.u.iter()).zip(planes.v.iter());
    for (pixel, ((&y, &cb), &cr)) in pixels.as_chunks_mut::<N>().0.iter_mut().zip(samples) {
        let rgb = coefficients.rgb(y, cb, cr);
        for (to, from) in pixel.iter_mut().zip(rgb) {
            *to = from;
        }
    }
    pixels
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The formulas in real numbers, as the recommendations state them.
    fn exact(range: Range, (red, blue): (f64, f64), sample: (u8, u8, u8)) -> [f64; 3] {
        let (y, cb, cr) = (f64::from(sample.0), f64::from(sample.1), f64::from(sample.2));
        let (y, cb, cr) = match range {
            Range::Limited => ((y - 16.0) / 219.0, (cb - 128.0) / 224.0, (cr - 128.0) / 224.0),
            Range::Full => (y / 255.0, (cb - 128.0) / 255.0, (cr - 128.0) / 255.0),
        };
        let r = y + cr * 2.0 * (1.0 - red);
        let b = y + cb * 2.0 * (1.0 - blue);
        [r, (y - red * r - blue * b) / (1.0 - red - blue), b].map(|c| (c * 255.0).clamp(0.0, 255.0))
    }

    const MATRICES: [(Matrix, (f64, f64)); 3] = [
        (Matrix::Bt601, (0.299, 0.114)),
        (Matrix::Bt709, (0.2126, 0.0722)),
        (Matrix::Bt2020, (0.2627, 0.0593)),
    ];

    #[test]
    fn pixels_are_the_exact_ones_rounded() {
        let steps = || (0..=255).step_by(5);
        for range in [Range::Limited, Range::Full] {
            for (matrix, shares) in MATRICES {
                let coefficients = Coefficients::new(range, matrix);
                for sample in steps().flat_map(|y| steps().flat_map(move |u| steps().map(move |v| (y, u, v))))
                {
                    let rgb = coefficients.rgb(sample.0, sample.1, sample.2);
                    for (ours, real) in rgb.into_iter().zip(exact(range, shares, sample)) {
                        let off = (f64::from(ours) - real).abs();
                        assert!(off < 0.51, "{range:?} {matrix:?} {sample:?}: {ours} for {real}");
                    }
                }
            }
        }
    }

    #[test]
    fn greys_are_neutral_and_span_the_whole_range() {
        for (range, black, white) in [(Range::Limited, 16, 235), (Range::Full, 0, 255)] {
            for (matrix, _) in MATRICES {
                let coefficients = Coefficients::new(range, matrix);
                assert_eq!(coefficients.rgb(black, 128, 128), [0; 3]);
                assert_eq!(coefficients.rgb(white, 128, 128), [255; 3]);
                for y in 0..=255 {
                    let [r, g, b] = coefficients.rgb(y, 128, 128);
                    assert!(r == g && g == b, "{range:?} {matrix:?} {y}: {r} {g} {b}");
                }
            }
        }
    }
}
