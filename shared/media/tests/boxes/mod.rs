//! Boxes of MP4 written in code.

#![allow(dead_code)]

use crate::stream;

/// A box of that type around its body.
pub fn boxed(kind: &[u8; 4], body: impl AsRef<[u8]>) -> Vec<u8> {
    sized(kind, body.as_ref().len() as u32 + 8, body)
}

/// A box that claims another size.
pub fn sized(kind: &[u8; 4], size: u32, body: impl AsRef<[u8]>) -> Vec<u8> {
    [&size.to_be_bytes(), kind.as_slice(), body.as_ref()].concat()
}

/// A box with a size of 64 bits.
pub fn large(kind: &[u8; 4], size: u64, body: impl AsRef<[u8]>) -> Vec<u8> {
    [&1u32.to_be_bytes(), kind.as_slice(), &size.to_be_bytes(), body.as_ref()].concat()
}

/// A box with version 0 and those flags.
pub fn full(kind: &[u8; 4], flags: u32, fields: &[u32]) -> Vec<u8> {
    boxed(kind, words(&[&[flags], fields].concat()))
}

pub fn words(words: &[u32]) -> Vec<u8> {
    words.iter().flat_map(|word| word.to_be_bytes()).collect()
}

/// An `avcC` of the parameter sets of 64x32 samples.
pub fn avc_config() -> Vec<u8> {
    let sets = [stream::Sequence::default().unit(), stream::Pictures::default().unit()];
    let sets = sets.iter().flat_map(|set| {
        let length = u16::try_from(set.len()).unwrap();
        [&[1], length.to_be_bytes().as_slice(), set.as_slice()].concat()
    });
    boxed(b"avcC", [vec![1, 100, 0, 40, 0xff], sets.collect()].concat())
}

/// A sample entry with those boxes in it.
pub fn sample_entry(kind: &[u8; 4], boxes: &[u8]) -> Vec<u8> {
    boxed(kind, [&[0; 78], boxes].concat())
}

/// A `trak` of that track, whose description is `stsd`, header and all.
pub fn trak(id: u32, handler: &[u8; 4], stsd: &[u8]) -> Vec<u8> {
    let header = full(b"tkhd", 3, &[&[0, 0, id], [0; 17].as_slice()].concat());
    let handler = boxed(b"hdlr", [&[0; 8], handler.as_slice(), &[0; 13]].concat());
    let media = boxed(b"mdia", [handler, boxed(b"minf", boxed(b"stbl", stsd))].concat());
    boxed(b"trak", [header, media].concat())
}

/// `stsd` of one entry.
pub fn stsd(entry: &[u8]) -> Vec<u8> {
    boxed(b"stsd", [&words(&[0, 1]), entry].concat())
}

/// The `moov` of track 1, whose samples have 100 bytes and are no sync samples unless a fragment says so.
pub fn moov() -> Vec<u8> {
    let trak = trak(1, b"vide", &stsd(&sample_entry(b"avc1", &avc_config())));
    let defaults = boxed(b"mvex", full(b"trex", 0, &[1, 1, 0, 100, 0x0101_0000]));
    boxed(b"moov", [trak, defaults].concat())
}

/// A `moof` of one fragment, of that track: `tfhd` with those flags and fields, and `trun`s.
pub fn moof(track: u32, tfhd: (u32, &[u32]), runs: &[Vec<u8>]) -> Vec<u8> {
    let header = full(b"tfhd", tfhd.0, &[&[track], tfhd.1].concat());
    boxed(b"moof", boxed(b"traf", [header, runs.concat()].concat()))
}

/// Flags of `tfhd`.
pub const BASE_OFFSET: u32 = 0x1;
pub const DEFAULT_SIZE: u32 = 0x10;
pub const DEFAULT_FLAGS: u32 = 0x20;
pub const BASE_IS_MOOF: u32 = 0x02_0000;

/// Flags of `trun`.
pub const DATA_OFFSET: u32 = 0x1;
pub const FIRST_FLAGS: u32 = 0x4;
pub const DURATIONS: u32 = 0x100;
pub const SIZES: u32 = 0x200;
pub const FLAGS: u32 = 0x400;
pub const TIMES: u32 = 0x800;

/// Flags of a sample that is a sync sample, and of one that isn't.
pub const SYNC: u32 = 0x0200_0000;
pub const NO_SYNC: u32 = 0x0101_0000;
