//! The seeds of every target, and small changes of each, run through it without a fuzzer.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use streamhut_fuzz::TARGETS;

/// Changes of each kind for each seed.
const CHANGES: usize = 24;

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("seeds")
}

/// The seeds of a target by file name, in one order.
fn seeds(target: &str) -> Vec<(String, Vec<u8>)> {
    let entries = std::fs::read_dir(folder().join(target)).expect(target);
    let mut seeds: Vec<_> = entries
        .map(|entry| {
            let entry = entry.expect(target);
            let name = entry.file_name().into_string().expect("a plain name");
            (name, std::fs::read(entry.path()).expect(target))
        })
        .collect();
    seeds.sort();
    seeds
}

/// Numbers that are always the same.
struct Numbers(u64);

impl Numbers {
    fn below(&mut self, bound: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 % bound.max(1) as u64) as usize
    }
}

/// One bit inverted, the end cut off, and a piece repeated elsewhere.
fn changes(seed: &[u8]) -> impl Iterator<Item = Vec<u8>> {
    let mut numbers = Numbers(0x9e37_79b9_7f4a_7c15);
    (0..CHANGES).flat_map(move |_| {
        let mut flipped = seed.to_vec();
        if let Some(byte) = flipped.get_mut(numbers.below(seed.len())) {
            *byte ^= 1 << numbers.below(8);
        }
        let cut = seed[..numbers.below(seed.len())].to_vec();
        let (from, to) = (numbers.below(seed.len()), numbers.below(seed.len()));
        let piece = &seed[from..seed.len().min(from + 1 + numbers.below(24))];
        let spliced = [&seed[..to], piece, &seed[to..]].concat();
        [flipped, cut, spliced]
    })
}

#[test]
fn every_target_has_seeds_and_every_folder_a_target() {
    let folders: BTreeSet<_> = std::fs::read_dir(folder())
        .expect("seeds")
        .map(|entry| entry.expect("seeds").file_name().into_string().expect("a plain name"))
        .collect();
    assert_eq!(folders, TARGETS.iter().map(|(name, _)| (*name).to_owned()).collect());
}

#[test]
fn good_seeds_are_accepted_and_bad_ones_refused() {
    for (name, target) in TARGETS {
        let seeds = seeds(name);
        for (seed, bytes) in &seeds {
            let expected = match seed.split('-').next() {
                Some("good") => true,
                Some("bad") => false,
                _ => panic!("{name}/{seed} begins with neither good- nor bad-"),
            };
            assert_eq!(target(bytes), expected, "{name}/{seed}");
        }
        for kind in ["good", "bad"] {
            assert!(seeds.iter().any(|(seed, _)| seed.starts_with(kind)), "{name} has no {kind} seed");
        }
    }
}

#[test]
fn changed_seeds_keep_every_promise() {
    for (name, target) in TARGETS {
        for (seed, bytes) in seeds(name) {
            for changed in changes(&bytes) {
                let kept = std::panic::catch_unwind(|| target(&changed)).is_ok();
                assert!(kept, "{name}/{seed} changed to b\"{}\"", changed.escape_ascii());
            }
        }
    }
}

#[test]
fn seeds_stay_small() {
    let bytes: usize = TARGETS.iter().flat_map(|(name, _)| seeds(name)).map(|(_, bytes)| bytes.len()).sum();
    assert!(bytes <= 300_000, "{bytes} bytes");
}
