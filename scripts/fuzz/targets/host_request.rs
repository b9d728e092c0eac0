//! See `streamhut_fuzz::host_request`.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| {
    streamhut_fuzz::host_request(data);
});
