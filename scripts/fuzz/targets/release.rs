//! See `streamhut_fuzz::release`.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| {
    streamhut_fuzz::release(data);
});
