//! What the encoder gives, read back.
#![allow(clippy::unwrap_used, clippy::indexing_slicing)]

mod frames;

use photon_rs::PhotonImage;
use streamhut_media::{Picture, PictureError, jpeg, jpeg_at_most};

fn gradient(width: u32, height: u32) -> Picture {
    let places = (0..height).flat_map(|y| (0..width).map(move |x| (x, y)));
    let rgb = places.flat_map(|(x, y)| [x * 255 / width, y * 255 / height, 90].map(|c| c as u8)).collect();
    Picture::new(width, height, rgb).unwrap()
}

fn noisy(width: u32, height: u32) -> Picture {
    let rgb = frames::plane((width * 3, height), |x, y| frames::noise(x, y) as u8);
    Picture::new(width, height, rgb).unwrap()
}

#[test]
fn pictures_come_back() {
    for (width, height) in [(64, 36), (1, 1), (9, 200), (160, 90)] {
        let picture = gradient(width, height);
        let read = PhotonImage::new_from_byteslice(jpeg(&picture, 90).unwrap());
        assert_eq!((read.get_width(), read.get_height()), (width, height));
        let rgba = read.get_raw_pixels();
        let pairs = picture.rgb.chunks(3).zip(rgba.chunks(4));
        let off = pairs.flat_map(|(a, b)| [0, 1, 2].map(|i| a[i].abs_diff(b[i]))).max().unwrap();
        assert!(off < 12, "{width}x{height}: {off}");
    }
}

#[test]
fn less_quality_takes_fewer_bytes() {
    let picture = noisy(64, 64);
    let sizes = [1, 20, 50, 80, 100].map(|quality| jpeg(&picture, quality).unwrap().len());
    assert!(sizes.is_sorted(), "{sizes:?}");
    assert_eq!(jpeg(&picture, 0).unwrap(), jpeg(&picture, 1).unwrap());
    assert_eq!(jpeg(&picture, 255).unwrap(), jpeg(&picture, 100).unwrap());
}

#[test]
fn the_best_that_fits() {
    let picture = noisy(128, 128);
    let best = jpeg(&picture, 85).unwrap();
    let worst = jpeg(&picture, 20).unwrap();
    assert_eq!(jpeg_at_most(&picture, usize::MAX).unwrap(), best);
    assert_eq!(jpeg_at_most(&picture, best.len()).unwrap(), best);
    assert_eq!(jpeg_at_most(&picture, worst.len()).unwrap(), worst);
    let between = jpeg_at_most(&picture, best.len() - 1).unwrap();
    assert!(worst.len() < between.len() && between.len() < best.len());
    let at_most = worst.len() - 1;
    let refused = PictureError::JpegBytes { bytes: worst.len(), at_most };
    assert_eq!(jpeg_at_most(&picture, at_most), Err(refused));
}
