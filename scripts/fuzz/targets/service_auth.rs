//! See `streamhut_fuzz::service_auth`.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| {
    streamhut_fuzz::service_auth(data);
});
