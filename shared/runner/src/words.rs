//! What a bundle may do, in plain words.

use streamhut_outbound::HostPattern;
use streamhut_release::Manifest;

/// One sentence for each thing that the bundle may do, and for what it may not.
pub(crate) fn permissions(manifest: &Manifest) -> Vec<String> {
    let permissions = &manifest.permissions;
    let mut words: Vec<String> = permissions.net.iter().map(|entry| host(entry)).collect();
    if words.is_empty() {
        words.push("It can't reach the network.".to_owned());
    }
    words.push(match &permissions.blobs {
        Some(blobs) => {
            format!("It may keep files of its own on this runner, up to {}.", bytes(blobs.max_bytes))
        }
        None => "It keeps no files.".to_owned(),
    });
    words.extend(permissions.bundles.iter().map(|entry| match entry.strip_prefix("config:") {
        Some(name) => format!("It may call the bundle that the runner's operator sets as {name}."),
        None => format!("It may call the bundle {entry} on this runner."),
    }));
    if !manifest.secrets.is_empty() {
        let names = listed(&manifest.secrets);
        words.push(format!("It reads secrets that its author sealed for this runner: {names}."));
    }
    if !manifest.config.is_empty() {
        let names = listed(&manifest.config);
        words.push(format!("It reads settings that the runner's operator gives: {names}."));
    }
    words
}

fn host(entry: &str) -> String {
    match HostPattern::parse(entry) {
        Ok(HostPattern::Any) => "It may send requests to any public host on the internet.".to_owned(),
        Ok(HostPattern::Below(host)) => format!("It may send requests to every host below {host}."),
        Ok(HostPattern::Exact(host)) => format!("It may send requests to {host}."),
        Ok(HostPattern::Configured(name)) => {
            format!("It may send requests to the host that the runner's operator sets as {name}.")
        }
        // A release with such an entry is none; it is shown rather than passed over.
        Err(_) => format!("It may send requests to {entry}."),
    }
}

/// A number of bytes for people.
pub(crate) fn bytes(count: u64) -> String {
    const UNITS: [&str; 4] = ["kB", "MB", "GB", "TB"];
    if count < 1_000 {
        return format!("{count} bytes");
    }
    let mut tenths = count / 100;
    let mut unit = 0;
    while tenths >= 10_000 && unit < UNITS.len() - 1 {
        tenths /= 1_000;
        unit += 1;
    }
    let name = UNITS.get(unit).unwrap_or(&"");
    match tenths % 10 {
        0 => format!("{} {name}", tenths / 10),
        fraction => format!("{}.{fraction} {name}", tenths / 10),
    }
}

/// A time span of a setting, for people.
pub(crate) fn duration(ms: u32) -> String {
    match ms {
        ms if ms % 60_000 == 0 && ms > 0 => counted(u64::from(ms / 60_000), "minute"),
        ms if ms % 1_000 == 0 && ms > 0 => counted(u64::from(ms / 1_000), "second"),
        ms => format!("{ms} ms"),
    }
}

/// How long ago a time was, for people; both in milliseconds since 1970.
pub(crate) fn ago(now: u64, then: u64) -> String {
    let seconds = now.saturating_sub(then) / 1_000;
    let (count, unit) = match seconds {
        0..=1 => return "just now".to_owned(),
        2..=119 => (seconds, "second"),
        120..=7_199 => (seconds / 60, "minute"),
        7_200..=172_799 => (seconds / 3_600, "hour"),
        _ => (seconds / 86_400, "day"),
    };
    format!("{} ago", counted(count, unit))
}

/// A number of things, in words.
pub(crate) fn counted(count: u64, unit: &str) -> String {
    if count == 1 { format!("1 {unit}") } else { format!("{count} {unit}s") }
}

fn listed(names: &[String]) -> String {
    names.join(", ")
}

/// Milliseconds since 1970 as RFC 3339 in UTC, to the second.
pub(crate) fn time(ms: u64) -> String {
    let seconds = i64::try_from(ms / 1_000).unwrap_or_default();
    time::OffsetDateTime::from_unix_timestamp(seconds)
        .ok()
        .and_then(|at| at.format(&time::format_description::well_known::Rfc3339).ok())
        .unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_permission_has_its_sentence() {
        let manifest: Manifest = serde_json::from_value(serde_json::json!({
            "name": "demo", "version": "1.0.0", "endpoints": [], "limits": {"cpuMs": 1, "subRequests": 1},
            "permissions": {
                "net": ["*", "*.bsky.network", "stream.place", "config:TURSO_URL"],
                "blobs": {"maxBytes": 50_000_000},
                "bundles": ["did:plc:ewvi7nxzyoun6zhxrhs64oiz/appview", "config:APPVIEW_URL"],
            },
            "secrets": ["TOKEN"], "config": ["TURSO_URL", "APPVIEW_URL"],
        }))
        .unwrap();
        assert_eq!(
            permissions(&manifest),
            [
                "It may send requests to any public host on the internet.",
                "It may send requests to every host below bsky.network.",
                "It may send requests to stream.place.",
                "It may send requests to the host that the runner's operator sets as TURSO_URL.",
                "It may keep files of its own on this runner, up to 50 MB.",
                "It may call the bundle did:plc:ewvi7nxzyoun6zhxrhs64oiz/appview on this runner.",
                "It may call the bundle that the runner's operator sets as APPVIEW_URL.",
                "It reads secrets that its author sealed for this runner: TOKEN.",
                "It reads settings that the runner's operator gives: TURSO_URL, APPVIEW_URL.",
            ]
        );
        let bare = Manifest { permissions: Default::default(), secrets: vec![], config: vec![], ..manifest };
        assert_eq!(permissions(&bare), ["It can't reach the network.", "It keeps no files."]);
    }

    #[test]
    fn numbers_and_times_for_people() {
        for (count, text) in [
            (0, "0 bytes"),
            (999, "999 bytes"),
            (1_000, "1 kB"),
            (1_050, "1 kB"),
            (367_308, "367.3 kB"),
            (1_406_446, "1.4 MB"),
            (50_000_000, "50 MB"),
            (2_500_000_000, "2.5 GB"),
            (u64::MAX, "18446744 TB"),
        ] {
            assert_eq!(bytes(count), text);
        }
        assert_eq!(time(1_795_379_042_999), "2026-11-22T20:24:02Z");
        for (seconds, text) in [
            (0, "just now"),
            (2, "2 seconds ago"),
            (119, "119 seconds ago"),
            (120, "2 minutes ago"),
            (7_200, "2 hours ago"),
            (172_800, "2 days ago"),
        ] {
            assert_eq!(ago(1_000_000 + seconds * 1_000, 1_000_000), text);
        }
        assert_eq!(ago(0, 1_000_000), "just now", "a clock that went back");
        for (ms, text) in [
            (0, "0 ms"),
            (1_500, "1500 ms"),
            (30_000, "30 seconds"),
            (60_000, "1 minute"),
            (600_000, "10 minutes"),
        ] {
            assert_eq!(duration(ms), text);
        }
        assert_eq!(time(u64::MAX), "");
    }
}
