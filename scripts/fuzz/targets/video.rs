//! See `streamhut_fuzz::video`.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| {
    streamhut_fuzz::video(data);
});
