//! See `streamhut_fuzz::wasm`.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| {
    streamhut_fuzz::wasm(data);
});
