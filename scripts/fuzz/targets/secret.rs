//! See `streamhut_fuzz::secret`.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| {
    streamhut_fuzz::secret(data);
});
