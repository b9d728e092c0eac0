//! See `streamhut_fuzz::media_playlist`.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| {
    streamhut_fuzz::media_playlist(data);
});
