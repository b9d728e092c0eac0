//! See `streamhut_fuzz::forged_proof`.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| {
    streamhut_fuzz::forged_proof(data);
});
