//! Rounds in which something goes wrong.

use at_run::testing::{Mishap, Scripted};

use super::*;

#[test]
fn a_page_that_fails_is_read_again() {
    let (before, after) = before_and_after();
    for fault in [Scripted::Failed, Scripted::Deadline, Scripted::text(500, ""), busy(429, "9"), html()] {
        for index in 0..after.len().div_ceil(2) {
            let harness = listed(&before);
            round(&harness);
            harness.advance(HOUR);
            change(&harness, &after);
            let good = page(
                &after[2 * index..after.len().min(2 * index + 2)],
                cursor(index + 1).filter(|_| 2 * index + 2 < after.len()).as_deref(),
            );
            harness.rescript(&page_url(index), [fault.clone(), fault.clone(), good]);
            let orders = ordered(&harness);
            assert!(run(&harness).is_err() && run(&harness).is_err(), "{fault:?} at {index}");
            assert_eq!(catalogue(&harness), keys(&before), "the last whole one");
            let said = round(&harness);
            assert!(said[0].contains("pictures of 2 asked for, 2 gone"), "{fault:?} at {index}: {said:?}");
            assert_eq!((said.len(), ordered(&harness) - orders), (2, 2), "{fault:?} at {index}");
            assert_eq!(catalogue(&harness), keys(&after), "{fault:?} at {index}");
        }
    }
}

#[test]
fn a_video_that_can_not_be_asked_for_is_asked_for_again_and_then_let_be() {
    for (answers, expect) in [
        (vec![Scripted::Failed, Scripted::text(500, ""), refusal(404, "VideoNotFound")], [410, 410]),
        // For ever: the catalogue goes on without a word on it.
        (vec![Scripted::Failed], [503, 404]),
        (vec![html()], [502, 404]),
        (vec![refusal(422, "Unplayable")], [422, 404]),
        (vec![refusal(400, "UnsupportedCollection")], [400, 404]),
    ] {
        let (harness, after) = changed();
        let gone = &videos([8])[0];
        harness.rescript(&video_url(gone), answers.clone());
        assert!(round(&harness).len() <= 3, "{answers:?}: {:?}", harness.log());
        assert_eq!(catalogue(&harness), keys(&after), "{answers:?}");
        let now = told(&harness, gone);
        harness.rescript(&video_url(gone), [refusal(404, "VideoNotFound")]);
        assert_eq!([now, told(&harness, gone)], expect, "{answers:?}");
    }
}

#[test]
fn a_list_that_breaks_off_for_ever_holds_nothing_up_for_ever() {
    // A cursor that the node knows no more, and a page that it can't make.
    for (fault, failed) in [(refusal(400, "InvalidRequest"), 1), (Scripted::text(500, ""), 6), (html(), 6)] {
        let (harness, after) = changed();
        let before = catalogue(&harness);
        harness.rescript(&page_url(4), [fault.clone()]);
        let outcomes: Vec<_> = (0..failed + 5).map(|_| run(&harness).is_ok()).collect();
        assert_eq!(outcomes, [vec![false; failed], vec![true; 5]].concat(), "{fault:?}");
        assert_eq!(catalogue(&harness), before, "{fault:?}");
        harness.advance(HOUR);
        change(&harness, &after);
        round(&harness);
        assert_eq!(catalogue(&harness), keys(&after), "{fault:?}");
    }
}

#[test]
fn bad_input_28_lists_without_end_end() {
    let all = videos(0..12);
    // Back to a page in the middle, to the first, to itself.
    for back_to in [3, 1, 5] {
        let harness = listed(&all);
        harness.rescript(&page_url(5), [page(&all[10..], cursor(back_to).as_deref())]);
        assert!(round(&harness).len() <= 2);
        assert_eq!(catalogue(&harness), keys(&all), "{back_to}");
        // Nobody is taken for gone.
        harness.advance(HOUR);
        assert!(!round(&harness).concat().contains("gone"));
    }
    // Pages without anything, here and there, and then without end.
    let harness = listed(&all);
    harness.rescript(&page_url(4), [page([], Some("x1"))]);
    harness.rescript(&list_url(100, None, Some("x1")), [page([], Some("c5"))]);
    round(&harness);
    assert_eq!(catalogue(&harness), keys(&[&all[..8], &all[10..]].concat()));
    let harness = listed(&all);
    for index in 6..40 {
        harness.rescript(&page_url(index), [page([], cursor(index + 1).as_deref())]);
    }
    harness.rescript(&page_url(5), [page(&all[10..], Some("c6"))]);
    assert!(round(&harness).len() <= 2);
    assert_eq!(catalogue(&harness), keys(&all));
    // A video that a list has twice is there once.
    let harness = listed(&all);
    harness.rescript(&page_url(5), [page([&all[0], &all[11], &all[11]], None)]);
    round(&harness);
    assert_eq!(catalogue(&harness), keys(&[&all[..10], &all[11..]].concat()));
}

/// What is left when everything went well.
fn after_a_round(harness: &Harness, after: &[Video]) -> (Vec<String>, usize, [u16; 3]) {
    let found = catalogue(harness);
    assert_eq!(found, keys(after));
    // What was left by rounds that broke off is cleared away.
    run(harness).unwrap();
    let gone = videos([8, 10, 11]);
    (found, stored(harness).len(), [0, 1, 2].map(|at| told(harness, &gone[at])))
}

#[test]
fn bad_input_29_whatever_happens_to_a_run_the_catalogue_is_the_same() {
    let (harness, after) = changed();
    let (calls, orders) = (harness.port_calls(), ordered(&harness));
    round(&harness);
    let calls = harness.port_calls() - calls;
    let expect = after_a_round(&harness, &after);
    assert_eq!((expect.1, expect.2), (8, [410, 403, 200]), "six parts, their digests, and which they are");
    let orders = ordered(&harness) - orders;
    for nth in 1..=calls {
        for mishap in [Mishap::Fails, Mishap::Ends] {
            let (harness, after) = changed();
            let before = ordered(&harness);
            harness.interrupt(nth, mishap);
            round(&harness);
            assert_eq!(after_a_round(&harness, &after), expect, "{mishap:?} at {nth} of {calls}");
            assert!(ordered(&harness) - before >= orders, "{mishap:?} at {nth} of {calls}");
        }
    }
}

/// Twice in a row, somewhere in the first round.
#[test]
fn bad_input_29_the_first_round_too() {
    let all = videos(0..13);
    let harness = listed(&all);
    round(&harness);
    let calls = harness.port_calls();
    for nth in 1..=calls {
        for mishap in [Mishap::Fails, Mishap::Ends] {
            let harness = listed(&all);
            harness.interrupt(nth, mishap);
            let _ = run(&harness);
            harness.interrupt(nth.div_ceil(2), mishap);
            round(&harness);
            harness.interrupt(u64::from(u32::MAX), mishap);
            assert_eq!(catalogue(&harness), keys(&all), "{mishap:?} at {nth}");
            harness.advance(HOUR);
            round(&harness);
            run(&harness).unwrap();
            assert_eq!(stored(&harness).len(), 9, "{mishap:?} at {nth}: {:?}", stored(&harness));
        }
    }
}

#[test]
fn bad_input_34_a_catalogue_that_can_not_be_read_is_made_again() {
    let all = videos(0..12);
    for broken in ["catalogue/current.json", "digests", "/0.json", "/5.json", "sync.json"] {
        for bytes in [&b""[..], b"null", b"{\"id\":\"x\"}", b"[{}]", b"\xff\xfe", &[0; 1_000]] {
            let harness = listed(&all);
            round(&harness);
            let key = harness.blob_keys().into_iter().find(|key| key.ends_with(broken)).unwrap();
            harness.put_blob(&key, bytes);
            harness.another_isolate();
            assert_eq!(harness.get("sitemap").status(), 200, "{broken}");
            harness.advance(HOUR);
            round(&harness);
            assert_eq!(catalogue(&harness), keys(&all), "{broken} {bytes:?}");
            assert!(all.iter().all(|video| told(&harness, video) == 200), "{broken}");
        }
    }
    // Storage that is away ends a run, and nothing else.
    let harness = listed(&all);
    round(&harness);
    harness.fail_blobs(true);
    harness.advance(HOUR);
    assert!(run(&harness).is_err());
    assert_eq!(harness.get("sitemap").status(), 503);
    harness.fail_blobs(false);
    round(&harness);
    assert_eq!(catalogue(&harness), keys(&all));
}
