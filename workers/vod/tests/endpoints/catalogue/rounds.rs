//! Rounds in which nothing goes wrong.

use std::collections::BTreeSet;

use sha2::{Digest, Sha256};

use super::*;

#[test]
fn the_first_round_reads_all_of_the_list() {
    let all = videos(0..11);
    let harness = listed(&all);
    let told = run(&harness).unwrap();
    assert!(told.starts_with("6 videos, pictures of 6 asked for, a round of 6 pages ended; "), "{told}");
    assert_eq!(catalogue(&harness), keys(&all));
    assert_eq!(asked(&harness, "getVideoList"), 6);
    // For an hour the newest are looked at, and no more.
    for _ in 0..5 {
        let told = run(&harness).unwrap();
        assert!(told.starts_with("6 videos, pictures of 0 asked for; "), "{told}");
    }
    assert_eq!(asked(&harness, "getVideoList"), 6 + 5 * 3);
    let told = run(&harness).unwrap();
    assert!(told.starts_with("6 videos, pictures of 0 asked for, a round of 6 pages ended; "), "{told}");
    assert_eq!(ordered(&harness), 6);
}

#[test]
fn a_list_that_has_nothing_is_one_too() {
    let harness = listed(&[]);
    harness.rescript(&page_url(0), [page([], None)]);
    assert!(
        run(&harness).unwrap().starts_with("0 videos, pictures of 0 asked for, a round of 0 pages ended")
    );
    assert!(catalogue(&harness).is_empty());
}

#[test]
fn a_round_finds_what_is_new_edited_and_gone() {
    let (harness, after) = changed();
    let (before, _) = before_and_after();
    let requests = harness.requests().len();
    let said = round(&harness);
    assert!(said[0].starts_with("6 videos, pictures of 2 asked for, 2 gone; "), "{said:?}");
    assert!(said[1].starts_with("6 videos, pictures of 0 asked for, a round of 6 pages ended; "), "{said:?}");
    assert_eq!((said.len(), ordered(&harness)), (2, 8));
    assert_eq!(catalogue(&harness), keys(&after));
    // Before a video is forgotten the node is asked for it, and for no other.
    let asked: Vec<_> = harness.requests()[requests..]
        .iter()
        .filter(|request| request.contains("getVideo?"))
        .cloned()
        .collect();
    let expect: Vec<_> =
        videos([8, 10, 11]).iter().map(|video| format!("GET {}", video_url(video))).collect();
    assert_eq!(asked, expect);
    let statuses = [7, 8, 9, 10, 11, 12].map(|at| told(&harness, &before[at]));
    assert_eq!(statuses, [200, 410, 200, 403, 200, 200]);
    // It was told once.
    harness.advance(HOUR);
    let said = round(&harness);
    assert_eq!((said.len(), ordered(&harness)), (1, 8));
    assert!(said[0].starts_with("6 videos, pictures of 0 asked for, a round of 6 pages ended; "), "{said:?}");
}

#[test]
fn pictures_of_what_is_gone_go() {
    let (harness, _) = changed();
    let folder = |video: &Video| {
        let name: String =
            Sha256::digest(video.uri().as_str()).iter().take(16).map(|byte| format!("{byte:02x}")).collect();
        format!("p1/{name}/")
    };
    let (gone, moved) = (&videos([8])[0], &videos([7])[0]);
    for video in [gone, moved] {
        harness.put_blob(&format!("{}{}/thumb-320.jpg", folder(video), video.cid()), "jpeg");
    }
    round(&harness);
    let left: Vec<_> = harness.blob_keys().into_iter().filter(|key| key.starts_with("p1/")).collect();
    assert_eq!(left, [format!("{}{}/thumb-320.jpg", folder(moved), moved.cid())]);
}

#[test]
fn long_lists_are_read_over_several_runs() {
    let all = videos(0..70);
    let harness = listed(&all);
    let mut pages = Vec::new();
    for run_number in 1..=4 {
        let before = asked(&harness, "getVideoList");
        let told = run(&harness).unwrap();
        pages.push(asked(&harness, "getVideoList") - before);
        assert_eq!(told.contains("a round of 35 pages ended"), run_number == 4, "{told}");
        if run_number < 4 {
            assert_eq!(catalogue(&harness), keys(&all[..2]), "what is newest, until there is a catalogue");
        }
    }
    assert_eq!(pages, [13, 13, 13, 5]);
    assert_eq!(catalogue(&harness), keys(&all));
    // While the next round is under way, the last one counts.
    harness.advance(HOUR);
    list(&harness, &videos(10..70));
    run(&harness).unwrap();
    assert_eq!(catalogue(&harness), keys(&all));
}

/// A thousand edits at once are told over several runs, and none is lost.
#[test]
fn many_changes_are_told_over_several_runs() {
    let before = videos(0..300);
    let harness = listed(&before);
    round(&harness);
    let after: Vec<_> = before
        .iter()
        .enumerate()
        .map(|(at, video)| if at < 100 { video.edited() } else { video.clone() })
        .collect();
    let ordered_before = ordered(&harness);
    list(&harness, &after);
    harness.advance(HOUR);
    let mut told = Vec::new();
    for _ in 0..40 {
        let before = ordered(&harness);
        run(&harness).unwrap();
        told.push(ordered(&harness) - before);
    }
    assert!(told.iter().all(|told| *told <= 50), "{told:?}");
    assert_eq!(ordered(&harness) - ordered_before, 100);
}

#[test]
fn a_run_stays_within_the_releases_limits() {
    let before = videos(0..160);
    let harness = listed(&before);
    round(&harness);
    // All but a few are gone, with all that was made of them; others are new, and the old ones edited.
    for video in &before {
        let name: String =
            Sha256::digest(video.uri().as_str()).iter().take(16).map(|byte| format!("{byte:02x}")).collect();
        for file in 0..8 {
            harness.put_blob(&format!("p1/{name}/{}/thumb-{file}.jpg", video.cid()), "jpeg");
        }
        harness.rescript(&video_url(video), [refusal(404, "VideoNotFound")]);
    }
    let mut after = videos(200..320);
    after.extend(before[..20].iter().map(Video::edited));
    list(&harness, &after);
    harness.advance(HOUR);
    let mut most = 0;
    loop {
        let calls = harness.port_calls();
        let told = run(&harness).unwrap();
        most = most.max(harness.port_calls() - calls);
        if told.contains("a round of") {
            break;
        }
    }
    assert!(most <= 400, "{most} calls of the platform in a run");
    let kept: BTreeSet<_> =
        stored(&harness).into_iter().map(|key| key.split('/').nth(1).unwrap().to_owned()).collect();
    assert_eq!(kept.len(), 3, "the last two generations, and which is the current one: {kept:?}");
}
