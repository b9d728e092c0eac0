//! See `streamhut_fuzz::playlist_rewrite`.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| {
    streamhut_fuzz::playlist_rewrite(data);
});
