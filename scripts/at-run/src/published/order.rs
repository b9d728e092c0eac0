//! Which of two versions is newer.

use std::cmp::Ordering;

use streamhut_release::Version;

use super::Published;

/// By version. Snapshots of one version differ by a hash only, which has no order: the later one is the newer one.
pub fn compare(a: &Published, b: &Published) -> Ordering {
    let key = |published: &Published| (stem(&published.version), published.created_at.clone());
    key(a).cmp(&key(b)).then_with(|| a.version.cmp(&b.version))
}

/// Whether it has a part after `-`.
pub fn is_pre_release(version: &Version) -> bool {
    version.to_string().contains('-')
}

/// `0.1.0-dev` of `0.1.0-dev.de0f57928fdf`; any other version is its own stem.
fn stem(version: &Version) -> Version {
    let text = version.to_string();
    let snapshot = text.rsplit_once('.').filter(|(base, hash)| {
        let hexadecimal = |b: u8| b.is_ascii_digit() || (b'a'..=b'f').contains(&b);
        hash.len() == 12
            && hash.bytes().all(hexadecimal)
            && (base.ends_with("-dev") || base.ends_with(".dev"))
    });
    snapshot.and_then(|(base, _)| base.parse().ok()).unwrap_or_else(|| version.clone())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn stems() {
        for (version, expect) in [
            ("0.1.0-dev.de0f57928fdf", "0.1.0-dev"),
            ("1.0.0-rc.1.dev.de0f57928fdf", "1.0.0-rc.1.dev"),
            ("1.0.0-rc.1", "1.0.0-rc.1"),
            ("1.0.0-dev.1", "1.0.0-dev.1"),
            ("1.0.0-other.de0f57928fdf", "1.0.0-other.de0f57928fdf"),
            ("1.0.0", "1.0.0"),
        ] {
            assert_eq!(stem(&version.parse().unwrap()).to_string(), expect);
        }
    }

    /// The names that `deploy --snapshot` makes are the ones that are known here.
    #[test]
    fn a_snapshot_is_known_by_its_name() {
        for base in ["0.1.0", "1.0.0-rc.1"] {
            let base: Version = base.parse().unwrap();
            let version = crate::publish::snapshot_version(&base, &serde_json::json!({"x": 1})).unwrap();
            assert_ne!(stem(&version), version);
        }
    }
}
