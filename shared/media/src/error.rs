use crate::mp4::FourCc;

/// Why there is no picture. The variants carry what was found; foreign text is cut to four letters of a box type.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum MediaError {
    /// A box whose size can't be: smaller than its own header, or reaching out of the box around it.
    #[error("box `{kind}` at byte {at} says it has {size} bytes")]
    BoxSize {
        /// Type of the box.
        kind: FourCc,
        /// Where it begins.
        at: u64,
        /// The size that it gives.
        size: u64,
    },
    /// A box that ends before its fields do.
    #[error("box `{kind}` ends within its fields")]
    BoxShort {
        /// Type of the box.
        kind: FourCc,
    },
    /// What is needed lies further into the bytes than is read.
    #[error("{what} would need {bytes} bytes, and at most {limit} are read")]
    TooFar {
        /// What was looked for.
        what: &'static str,
        /// Bytes from the start that would be needed.
        bytes: u64,
        /// Bytes that are read at most.
        limit: u64,
    },
    /// A part of the file that has to be there is not.
    #[error("no {what}")]
    Missing {
        /// What was looked for.
        what: &'static str,
    },
    /// The bytes end, and what was begun has not.
    #[error("{what} is cut off after {have} of {need} bytes")]
    Truncated {
        /// What is cut off.
        what: &'static str,
        /// Bytes that are there.
        have: u64,
        /// Bytes that it has.
        need: u64,
    },
    /// A codec that is not H.264.
    #[error("the codec `{0}` is not decoded here")]
    Codec(FourCc),
    /// H.264 of a kind that is not decoded: 4:4:4, lossless, slice groups, field pictures and the like.
    #[error("H.264 with {0} is not decoded here")]
    Unsupported(&'static str),
    /// A picture of more samples than are held in memory.
    #[error("{width}x{height} samples are more than is decoded here")]
    TooLarge {
        /// Luma samples in a row.
        width: u64,
        /// Rows.
        height: u64,
    },
    /// The sample at the start is no keyframe, or there is no sample.
    #[error("no keyframe within the first {0} bytes of the segment")]
    NoKeyframe(u64),
    /// A NAL unit, parameter set or slice header that breaks the grammar.
    #[error("H.264: {0}")]
    Syntax(&'static str),
    /// More slices than any encoder makes.
    #[error("{count} slices, and at most {limit} are decoded")]
    TooManySlices {
        /// Slices found.
        count: usize,
        /// Slices allowed.
        limit: usize,
    },
    /// A slice names a parameter set that is not there.
    #[error("no {kind} parameter set {id}")]
    NoParameterSet {
        /// `sequence` or `picture`.
        kind: &'static str,
        /// Its id.
        id: u32,
    },
    /// The decoder refused the bytes.
    #[error("the decoder refused: {0}")]
    Decoder(String),
    /// The decoder gave a picture with holes.
    #[error("macroblock {first} and {more} more were not decoded")]
    Holes {
        /// The first macroblock without samples, in raster order.
        first: u32,
        /// How many more there are.
        more: u32,
    },
}

impl MediaError {
    /// Whether other bytes of the same video would meet the same end: a codec or kind that is not decoded here.
    pub fn is_lasting(&self) -> bool {
        matches!(self, Self::Codec(_) | Self::Unsupported(_) | Self::TooLarge { .. })
    }
}
