//! See `streamhut_fuzz::fmp4`.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| {
    streamhut_fuzz::fmp4(data);
});
