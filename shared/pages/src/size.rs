//! How large an embed is.

/// The box that an embed fills when nobody bounds it, in CSS pixels.
const DEFAULT: (u32, u32) = (1280, 720);
/// The shape of a video whose size is unknown.
const WIDE: (u32, u32) = (16, 9);

/// The largest size that a consumer takes, in CSS pixels; `maxwidth` and `maxheight` of oEmbed.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Bounds {
    /// At least 1, when there is one.
    pub width: Option<u32>,
    /// At least 1, when there is one.
    pub height: Option<u32>,
}

impl Bounds {
    /// Whether something of that size fits.
    pub(crate) fn admit(self, (width, height): (u32, u32)) -> bool {
        self.width.is_none_or(|max| width <= max) && self.height.is_none_or(|max| height <= max)
    }
}

/// Reads `maxwidth` or `maxheight`: a decimal number from 1 on, saturating. `None` for anything else.
pub fn pixels(text: &str) -> Option<u32> {
    let digits = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    let number = digits.then(|| text.parse().unwrap_or(u32::MAX))?;
    (number > 0).then_some(number)
}

/// Width and height of an embed: in the video's shape, as large as `bounds` and 1280x720 let it be, never 0.
pub(crate) fn embed_size(video: Option<(u32, u32)>, bounds: Bounds) -> (u32, u32) {
    let within = |max: Option<u32>, own: u32| max.unwrap_or(own).clamp(1, own);
    let (width, height) = (within(bounds.width, DEFAULT.0), within(bounds.height, DEFAULT.1));
    let (across, down) = video.filter(|(across, down)| *across > 0 && *down > 0).unwrap_or(WIDE);
    let by_width = scaled(width, down, across);
    if by_width <= height {
        return (width, by_width.max(1));
    }
    (scaled(height, across, down).clamp(1, width), height)
}

/// `length * numerator / denominator`, rounded; `denominator` is not 0.
fn scaled(length: u32, numerator: u32, denominator: u32) -> u32 {
    let (numerator, denominator) = (u64::from(numerator), u64::from(denominator));
    u32::try_from((u64::from(length) * numerator + denominator / 2) / denominator).unwrap_or(u32::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn sizes() {
        let check = |video, width, height, expect| {
            assert_eq!(embed_size(video, Bounds { width, height }), expect, "{video:?} {width:?} {height:?}");
        };
        check(None, None, None, (1280, 720));
        check(None, Some(640), None, (640, 360));
        check(None, None, Some(360), (640, 360));
        check(None, Some(640), Some(100), (178, 100));
        check(None, Some(5000), Some(5000), (1280, 720));
        check(None, Some(1), None, (1, 1));
        check(None, None, Some(1), (2, 1));
        check(Some((0, 9)), Some(160), None, (160, 90));
        check(Some((1080, 1920)), None, None, (405, 720));
        check(Some((1080, 1920)), Some(200), None, (200, 356));
        check(Some((1440, 1080)), Some(640), Some(640), (640, 480));
        check(Some((1, u32::MAX)), None, None, (1, 720));
        check(Some((u32::MAX, 1)), None, None, (1280, 1));
        check(Some((320, 180)), None, None, (1280, 720));
    }

    #[test]
    fn bad_input_25_sizes_that_are_none() {
        for (text, expect) in [
            ("1", Some(1)),
            ("640", Some(640)),
            ("0640", Some(640)),
            ("99999999999999999999", Some(u32::MAX)),
            ("0", None),
            ("", None),
            ("-1", None),
            ("+1", None),
            ("1.5", None),
            ("640px", None),
            ("٣", None),
        ] {
            assert_eq!(pixels(text), expect, "{text:?}");
        }
    }

    proptest! {
        #[test]
        fn any_size_honours_both_maxima(
            across in any::<u32>(), down in any::<u32>(),
            width in proptest::option::of(1u32..), height in proptest::option::of(1u32..),
        ) {
            let bounds = Bounds { width, height };
            let found = embed_size(Some((across, down)), bounds);
            prop_assert!(found.0 >= 1 && found.1 >= 1);
            prop_assert!(bounds.admit(found) && found.0 <= DEFAULT.0 && found.1 <= DEFAULT.1);
        }

        #[test]
        fn ordinary_shapes_keep_their_shape(across in 100u32..8000, down in 100u32..8000, width in 200u32..2000) {
            let (w, h) = embed_size(Some((across, down)), Bounds { width: Some(width), height: None });
            let error = (f64::from(w) * f64::from(down) - f64::from(h) * f64::from(across)).abs();
            prop_assert!(error <= f64::from(across.max(down)), "{w}x{h} of {across}x{down}");
        }
    }
}
