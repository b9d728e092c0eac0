//! See `streamhut_fuzz::route`.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| {
    streamhut_fuzz::route(data);
});
