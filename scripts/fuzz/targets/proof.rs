//! See `streamhut_fuzz::proof`.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| {
    streamhut_fuzz::proof(data);
});
