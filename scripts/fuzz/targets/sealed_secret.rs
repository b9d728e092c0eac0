//! See `streamhut_fuzz::sealed_secret`.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| {
    streamhut_fuzz::sealed_secret(data);
});
