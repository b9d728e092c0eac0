//! Bits of a raw byte sequence payload, and Exp-Golomb codes (section 9.1).

use crate::MediaError;

const END: MediaError = MediaError::Syntax("a parameter set or slice header ends within its fields");

pub(crate) struct BitReader<'a> {
    bytes: &'a [u8],
    at: usize,
}

impl<'a> BitReader<'a> {
    pub(crate) fn new(bytes: &'a [u8]) -> Self {
        Self { bytes, at: 0 }
    }

    /// Bits read so far.
    pub(crate) fn position(&self) -> usize {
        self.at
    }

    pub(crate) fn flag(&mut self) -> Result<bool, MediaError> {
        let byte = self.bytes.get(self.at / 8).ok_or(END)?;
        let bit = byte >> (7 - self.at % 8) & 1;
        self.at += 1;
        Ok(bit == 1)
    }

    /// `u(count)`, at most 32 bits.
    pub(crate) fn bits(&mut self, count: u32) -> Result<u32, MediaError> {
        (0..count).try_fold(0, |value, _| Ok(value << 1 | u32::from(self.flag()?)))
    }

    /// `ue(v)`.
    pub(crate) fn ue(&mut self) -> Result<u32, MediaError> {
        let mut zeros = 0;
        while !self.flag()? {
            zeros += 1;
            if zeros > 31 {
                return Err(MediaError::Syntax("an Exp-Golomb code of more than 63 bits"));
            }
        }
        Ok((1 << zeros) - 1 + self.bits(zeros)?)
    }

    /// `ue(v)`, which has to be at most `max`.
    pub(crate) fn ue_up_to(&mut self, max: u32, what: &'static str) -> Result<u32, MediaError> {
        let value = self.ue()?;
        if value <= max { Ok(value) } else { Err(MediaError::Syntax(what)) }
    }

    /// `se(v)`.
    pub(crate) fn se(&mut self) -> Result<i32, MediaError> {
        let code = i64::from(self.ue()?);
        let magnitude = (code + 1) / 2;
        i32::try_from(if code % 2 == 1 { magnitude } else { -magnitude })
            .map_err(|_| MediaError::Syntax("an Exp-Golomb code out of range"))
    }
}

#[derive(Default)]
pub(crate) struct BitWriter {
    bytes: Vec<u8>,
    /// Bits used of the last byte; 0 when it is full or there is none.
    used: usize,
}

impl BitWriter {
    pub(crate) fn with_capacity(bytes: usize) -> Self {
        Self { bytes: Vec::with_capacity(bytes), used: 0 }
    }

    pub(crate) fn bit(&mut self, bit: bool) {
        if self.used == 0 {
            self.bytes.push(0);
        }
        if let Some(last) = self.bytes.last_mut() {
            *last |= u8::from(bit) << (7 - self.used);
        }
        self.used = (self.used + 1) % 8;
    }

    /// Ones up to the next whole byte (`cabac_alignment_one_bit`).
    pub(crate) fn align_with_ones(&mut self) {
        while self.used != 0 {
            self.bit(true);
        }
    }

    /// All bits of `bytes`, from bit `from` on.
    pub(crate) fn rest_of(&mut self, bytes: &[u8], from: usize) {
        let (first, skip) = (from / 8, from % 8);
        let rest = bytes.get(first..).unwrap_or_default();
        if skip == 0 && self.used == 0 {
            self.bytes.extend_from_slice(rest);
            return;
        }
        let mut bytes = rest.iter().copied();
        if let Some(partial) = bytes.next() {
            for index in skip..8 {
                self.bit(partial >> (7 - index) & 1 == 1);
            }
        }
        let used = self.used;
        if used == 0 {
            self.bytes.extend(bytes);
            return;
        }
        for byte in bytes {
            if let Some(last) = self.bytes.last_mut() {
                *last |= byte >> used;
            }
            self.bytes.push(byte << (8 - used));
        }
    }

    pub(crate) fn into_bytes(self) -> Vec<u8> {
        self.bytes
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// Table 9-1: as many zeros as the number plus one has bits after its first, then those bits.
    fn put(writer: &mut BitWriter, value: u32) {
        let code = u64::from(value) + 1;
        let length = code.ilog2();
        (0..length).for_each(|_| writer.bit(false));
        (0..=length).rev().for_each(|at| writer.bit(code >> at & 1 == 1));
    }

    proptest! {
        #[test]
        fn codes_read_back(values in prop::collection::vec(any::<(u32, u32)>(), 0..20)) {
            // Of all lengths, not only of the longest.
            let values = values.iter().map(|(value, shift)| value >> (shift % 32));
            let values: Vec<u32> = values.map(|value| value.min(u32::MAX - 1)).collect();
            let mut writer = BitWriter::default();
            values.iter().for_each(|value| put(&mut writer, *value));
            let bytes = writer.into_bytes();
            let (mut unsigned, mut signed) = (BitReader::new(&bytes), BitReader::new(&bytes));
            for value in values {
                prop_assert_eq!(unsigned.ue(), Ok(value));
                // Table 9-3: 1, -1, 2, -2 and so on.
                let expect = if value % 2 == 1 { i64::from(value / 2) + 1 } else { -i64::from(value / 2) };
                prop_assert_eq!(signed.se().map(i64::from), Ok(expect));
                prop_assert_eq!(unsigned.position(), signed.position());
            }
            prop_assert!(bytes.len() * 8 - unsigned.position() < 8);
        }

        #[test]
        fn any_bytes_are_read_to_their_end(bytes in prop::collection::vec(any::<u8>(), 0..40), counts in prop::collection::vec(0..=32_u32, 0..40)) {
            let mut reader = BitReader::new(&bytes);
            for (index, count) in counts.iter().enumerate() {
                let _ = if index % 2 == 0 { reader.bits(*count).map(drop) } else { reader.se().map(drop) };
            }
            prop_assert!(reader.position() <= bytes.len() * 8);
        }
    }

    #[test]
    fn exp_golomb() {
        // Table 9-2 and table 9-3.
        let bytes = [0b1010_0110, 0b0100_0010, 0b1000_0000];
        let mut reader = BitReader::new(&bytes);
        assert_eq!([(); 5].map(|()| reader.ue().unwrap()), [0, 1, 2, 3, 4]);
        let mut reader = BitReader::new(&bytes);
        assert_eq!([(); 5].map(|()| reader.se().unwrap()), [0, 1, -1, 2, -2]);
        assert!(BitReader::new(&[0; 9]).ue().is_err());
        assert!(BitReader::new(&[0; 2]).ue().is_err());
        assert_eq!(BitReader::new(&[0, 0, 0, 1, 255, 255, 255, 254]).ue(), Ok(u32::MAX - 1));
        assert!(BitReader::new(&[]).flag().is_err());
    }

    #[test]
    fn what_is_written_from_any_bit_reads_back() {
        let source: Vec<u8> = (0..40u32).map(|n| (n.wrapping_mul(2_654_435_761) >> 24) as u8).collect();
        for lead in 0..9 {
            for from in 0..80 {
                let mut writer = BitWriter::default();
                (0..lead).for_each(|n| writer.bit(n % 3 == 0));
                writer.rest_of(&source, from);
                let bytes = writer.into_bytes();
                let mut reader = BitReader::new(&bytes);
                assert!((0..lead).all(|n| reader.flag().unwrap() == (n % 3 == 0)));
                let mut expect = BitReader::new(&source);
                (0..from).for_each(|_| drop(expect.flag()));
                assert!((from..source.len() * 8).all(|_| reader.flag() == expect.flag()), "{lead} {from}");
            }
        }
    }
}
