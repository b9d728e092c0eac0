//! See `streamhut_fuzz::video_list`.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| {
    streamhut_fuzz::video_list(data);
});
