//! See `streamhut_fuzz::tail_event`.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| {
    streamhut_fuzz::tail_event(data);
});
