//! See `streamhut_fuzz::task_id`.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| {
    streamhut_fuzz::task_id(data);
});
