//! See `streamhut_fuzz::playlist`.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| {
    streamhut_fuzz::playlist(data);
});
