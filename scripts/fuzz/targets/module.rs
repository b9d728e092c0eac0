//! See `streamhut_fuzz::module`.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| {
    streamhut_fuzz::module(data);
});
