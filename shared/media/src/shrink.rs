//! Planes shrunk by whole factors: each sample of the small plane is the mean of those that it stands for.

use std::borrow::Cow;

use crate::Chroma;
use crate::plane::{Depth, Plane, Planes, ten_bits};

/// The largest factor. So many rows of 10 bits add up to less than 2^16.
pub(crate) const MAX_FACTOR: usize = 64;

/// Three planes of one size, 8 bits a sample.
pub(crate) struct Small<'a> {
    pub(crate) width: usize,
    pub(crate) height: usize,
    pub(crate) y: Cow<'a, [u8]>,
    pub(crate) u: Cow<'a, [u8]>,
    pub(crate) v: Cow<'a, [u8]>,
}

/// Shrinks luma by the factors (1 to [`MAX_FACTOR`], at most the side) and chroma to the same size. What is left of a
/// row or column that doesn't fill a whole sample is dropped: less than one pixel of the small picture.
///
/// H.264 puts chroma samples at the left of their pair and, in 4:2:0, half-way between their two rows (6.2, figure
/// 6-1). Without shrinking, chroma is interpolated between these places. With shrinking by f, chroma is averaged as if
/// it lay in the middle of its pair, which is off by 1/(2f) of a small pixel: a quarter at most, of planes that have
/// half the sharpness anyway.
pub(crate) fn shrink<'a>(planes: &Planes<'a>, chroma: Chroma, across: usize, down: usize) -> Small<'a> {
    let (across, down) = (across.clamp(1, MAX_FACTOR), down.clamp(1, MAX_FACTOR));
    let (width, height) = (planes.y.width / across, planes.y.height / down);
    let chroma_down = match chroma {
        Chroma::Yuv420 => Step::of_half_plane(down),
        Chroma::Yuv422 => Step::Whole(down),
    };
    let chroma = |plane| averaged(plane, (Step::of_half_plane(across), chroma_down), (width, height));
    Small {
        width,
        height,
        y: averaged(planes.y, (Step::Whole(across), Step::Whole(down)), (width, height)),
        u: chroma(planes.u),
        v: chroma(planes.v),
    }
}

/// What one sample of a small plane stands for, along one side.
#[derive(Clone, Copy)]
enum Step {
    /// So many samples.
    Whole(usize),
    /// Half of an odd number, at least 3: samples at the border count for both neighbours.
    Halves(usize),
    /// Half a sample: interpolated.
    Between,
}

impl Step {
    /// For a plane that has half of luma's samples along this side, where luma shrinks by the factor.
    fn of_half_plane(factor: usize) -> Self {
        match factor {
            1 => Step::Between,
            even if even % 2 == 0 => Step::Whole(even / 2),
            odd => Step::Halves(odd),
        }
    }

    /// The rows of the plane that row `y` of the small one is made of, some of them more than once.
    fn rows(self, y: usize, mut take: impl FnMut(usize)) {
        match self {
            Step::Whole(factor) => (y * factor..(y + 1) * factor).for_each(take),
            Step::Halves(factor) => (y * factor..(y + 1) * factor).for_each(|luma| take(luma / 2)),
            Step::Between => {
                let near = y / 2;
                let far = if y.is_multiple_of(2) { near.saturating_sub(1) } else { near + 1 };
                [near, near, near, far].into_iter().for_each(take);
            }
        }
    }

    /// How many rows [`Step::rows`] names.
    fn rows_taken(self) -> usize {
        match self {
            Step::Whole(factor) | Step::Halves(factor) => factor,
            Step::Between => 4,
        }
    }

    /// A row of the small plane from a row of sums, of which there are [`Step::sums_taken`].
    fn across(self, sums: &[u16], row: &mut [u8], mean: &Mean) {
        let total = |sums: &[u16]| sums.iter().map(|&sum| u32::from(sum)).sum::<u32>();
        match self {
            Step::Whole(factor) => {
                for (sample, sums) in row.iter_mut().zip(sums.chunks_exact(factor)) {
                    *sample = mean.of(total(sums));
                }
            }
            Step::Halves(factor) => {
                for (pair, sums) in row.chunks_mut(2).zip(sums.chunks_exact(factor)) {
                    let (left, rest) = sums.split_at(factor / 2);
                    let Some((&shared, right)) = rest.split_first() else { continue };
                    for (sample, own) in pair.iter_mut().zip([left, right]) {
                        *sample = mean.of(2 * total(own) + u32::from(shared));
                    }
                }
            }
            Step::Between => {
                for (pair, neighbours) in row.chunks_mut(2).zip(sums.windows(2)) {
                    let [left, right] = *neighbours else { continue };
                    for (sample, other) in pair.iter_mut().zip([left, right]) {
                        *sample = mean.of(u32::from(left) + u32::from(other));
                    }
                }
            }
        }
    }

    /// How many sums make a row of so many samples.
    fn sums_taken(self, width: usize) -> usize {
        match self {
            Step::Whole(factor) => width * factor,
            Step::Halves(factor) => width.div_ceil(2) * factor,
            Step::Between => width.div_ceil(2) + 1,
        }
    }

    /// Sum of the weights in [`Step::across`].
    fn weight_across(self) -> usize {
        match self {
            Step::Whole(factor) | Step::Halves(factor) => factor,
            Step::Between => 2,
        }
    }
}

fn averaged<'a>(
    plane: Plane<'a>,
    (across, down): (Step, Step),
    (width, height): (usize, usize),
) -> Cow<'a, [u8]> {
    if plane.depth == Depth::Eight && matches!((across, down), (Step::Whole(1), Step::Whole(1))) {
        return Cow::Borrowed(plane.samples);
    }
    let mean = Mean::new(across.weight_across() * down.rows_taken(), plane.depth);
    let mut sums = vec![0; across.sums_taken(width).max(plane.width)];
    let mut small = vec![0; width * height];
    for (y, row) in small.chunks_exact_mut(width).enumerate() {
        sums.fill(0);
        let (inside, beyond) = sums.split_at_mut(plane.width);
        down.rows(y, |y| add(inside, plane.row(y), plane.depth));
        beyond.fill(inside.last().copied().unwrap_or(0));
        across.across(&sums, row, &mean);
    }
    Cow::Owned(small)
}

/// Adds a row of samples to its sums.
fn add(sums: &mut [u16], row: &[u8], depth: Depth) {
    match depth {
        Depth::Eight => {
            for (sum, &sample) in sums.iter_mut().zip(row) {
                *sum += u16::from(sample);
            }
        }
        Depth::Ten => {
            for (sum, &[low, high]) in sums.iter_mut().zip(row.as_chunks().0) {
                *sum += ten_bits(low, high);
            }
        }
    }
}

/// Division by a number that stays the same for a plane, rounded to the nearest.
struct Mean {
    half: u32,
    reciprocal: u64,
}

impl Mean {
    /// Fraction bits of the reciprocal. Sums are below 2^22 (64 x 64 x 1023) plus half a divisor, divisors at most
    /// 2^14: with 23 + 14 bits the quotient is exact (Granlund and Montgomery 1994, theorem 4.2).
    const BITS: u32 = 37;

    fn new(samples: usize, depth: Depth) -> Self {
        let divisor = samples as u32 * depth.scale();
        Self { half: divisor / 2, reciprocal: (1_u64 << Self::BITS).div_ceil(u64::from(divisor)) }
    }

    fn of(&self, sum: u32) -> u8 {
        let quotient = (u64::from(sum + self.half) * self.reciprocal) >> Self::BITS;
        // 1023 of 10 bits rounds to 256 of 8.
        quotient.min(255) as u8
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn division_by_reciprocal_is_exact() {
        for depth in [Depth::Eight, Depth::Ten] {
            for samples in (1..=64).chain([100, 127, 1000, 2048, 4031, 4095, 4096]) {
                let (mean, divisor) = (Mean::new(samples, depth), samples as u32 * depth.scale());
                let most = samples as u32 * if depth == Depth::Ten { 1023 } else { 255 };
                for sum in (0..=most).step_by(1 + most as usize / 5000).chain([most]) {
                    let expected = ((sum + divisor / 2) / divisor).min(255);
                    assert_eq!(u32::from(mean.of(sum)), expected, "{sum} / {divisor}");
                }
            }
        }
    }

    /// The weights of source samples for small sample `i`, along a side where chroma has half of luma's samples.
    fn weights_of_half(factor: usize, i: usize, centred: bool) -> Vec<(isize, u32)> {
        let (near, odd) = ((i / 2) as isize, i % 2 == 1);
        match (factor, centred) {
            (1, true) => vec![(near, 3), (if odd { near + 1 } else { near - 1 }, 1)],
            (1, false) => vec![(near, 1), (if odd { near + 1 } else { near }, 1)],
            _ => (i * factor..(i + 1) * factor).map(|luma| ((luma / 2) as isize, 1)).collect(),
        }
    }

    fn weights_of_whole(factor: usize, i: usize) -> Vec<(isize, u32)> {
        (i * factor..(i + 1) * factor).map(|luma| (luma as isize, 1)).collect()
    }

    /// The mean as its definition says, sample by sample, with samples beyond the edge like the last.
    fn weighted(plane: &Plane<'_>, across: &[(isize, u32)], down: &[(isize, u32)]) -> u8 {
        let within = |at: isize, side: usize| at.clamp(0, side as isize - 1) as usize;
        let (mut sum, mut weight) = (0, 0);
        for (x, by_x) in across {
            for (y, by_y) in down {
                let at = within(*y, plane.height) * plane.width + within(*x, plane.width);
                let sample = match plane.depth {
                    Depth::Eight => u32::from(plane.samples[at]),
                    Depth::Ten => u32::from(ten_bits(plane.samples[2 * at], plane.samples[2 * at + 1])),
                };
                sum += sample * by_x * by_y;
                weight += by_x * by_y;
            }
        }
        weight *= plane.depth.scale();
        ((sum + weight / 2) / weight).min(255) as u8
    }

    proptest! {
        #[test]
        fn planes_are_means_by_their_definition(
            (width, height) in (2..70_usize, 2..70_usize),
            (across, down) in (1..12_usize, 1..12_usize),
            ten in any::<bool>(),
            halved in any::<bool>(),
            samples in prop::collection::vec(any::<u8>(), 70 * 70 * 2),
        ) {
            let (across, down) = (across.min(width), down.min(height));
            let depth = if ten { Depth::Ten } else { Depth::Eight };
            let plane = |width: usize, height: usize| {
                Plane { samples: &samples[..width * height * depth.bytes()], width, height, depth }
            };
            let chroma = plane(width / 2, if halved { height / 2 } else { height });
            let planes = Planes { y: plane(width, height), u: chroma, v: chroma };
            let sampling = if halved { Chroma::Yuv420 } else { Chroma::Yuv422 };
            let small = shrink(&planes, sampling, across, down);
            prop_assert_eq!((small.width, small.height), (width / across, height / down));
            for y in 0..small.height {
                for x in 0..small.width {
                    let luma = weighted(&planes.y, &weights_of_whole(across, x), &weights_of_whole(down, y));
                    let rows = if halved { weights_of_half(down, y, true) } else { weights_of_whole(down, y) };
                    let chroma = weighted(&chroma, &weights_of_half(across, x, false), &rows);
                    let at = y * small.width + x;
                    prop_assert_eq!([small.y[at], small.u[at], small.v[at]], [luma, chroma, chroma]);
                }
            }
        }
    }
}
