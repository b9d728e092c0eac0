//! See `streamhut_fuzz::keyframe`.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| {
    streamhut_fuzz::keyframe(data);
});
