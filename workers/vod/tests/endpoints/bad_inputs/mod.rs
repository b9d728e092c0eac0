//! Rows of bad input that concern every endpoint.

mod addresses;
mod answers;
mod numbers;
mod texts;

use at_run::testing::{Answer, Scripted};

use crate::stage::*;

fn video() -> Video {
    Video::new("a")
}

fn master() -> Scripted {
    Scripted::text(200, "#EXTM3U\n#EXT-X-STREAM-INF:BANDWIDTH=9,RESOLUTION=640x360\nv.m3u8\n")
}

/// Nothing leads elsewhere.
fn check_addresses(answer: &Answer, addresses: &[&str]) {
    for address in addresses {
        let ours = [&format!("{FRONTEND}/"), &format!("{BUNDLE}/"), "at://did:plc:"]
            .iter()
            .any(|start| address.starts_with(*start));
        assert!(ours, "{address}: {}", answer.text());
    }
}
