//! `listVideos` from the repos of creators whom the operator names.

use at_run::testing::{Harness, Scripted};

use crate::stage::*;

/// Three creators on servers of their own, with `count` videos each, made in turns, some at the same moment.
fn three_repos(count: usize) -> (Harness, Vec<String>) {
    let mut harness = stage();
    let mut all = Vec::new();
    let names = ["aurora", "bert", "carla"];
    for (at, name) in names.iter().enumerate() {
        let (did, pds) = (did(name), format!("https://pds-{name}.example-site.dev"));
        let video = |index: usize| {
            let minute = if index.is_multiple_of(5) { index } else { 3 * index + at };
            Video::of(&did, &format!("{name}{index:03}")).created(&format!(
                "2026-09-01T{:02}:{:02}:00Z",
                minute / 60,
                minute % 60
            ))
        };
        let videos: Vec<_> = (0..count).map(video).collect();
        let (first, second) = videos.split_at(count / 2);
        harness = harness
            .http(&document_url(&did), document(&did, &pds, &[]))
            .http(&records_url(&pds, &did, None), records(first, Some("next")))
            .http(&records_url(&pds, &did, Some("next")), records(second, None));
        all.extend(videos.iter().map(|video| {
            (video.in_repo()["value"]["createdAt"].as_str().unwrap().to_owned(), video.uri().to_string())
        }));
    }
    all.sort_by(|a, b| b.cmp(a));
    let dids = names.map(|name| did(name).to_string());
    // However they are parted, and whoever is named twice.
    let creators = format!(" {},{}\n\tnobody {},, {}", dids[0], dids[1], dids[2], dids[0]);
    (
        harness.config("CREATORS", &creators),
        all.into_iter().map(|(_, uri)| uri.rsplit('/').next().unwrap().to_owned()).collect(),
    )
}

/// All videos of all pages.
fn walk(harness: &Harness, limit: usize) -> Vec<String> {
    let (mut all, mut cursor) = (Vec::new(), String::new());
    loop {
        let page = harness.get(&format!("listVideos?limit={limit}&{}", query(&[("cursor", &cursor)]))).json();
        assert_eq!(page["source"], "records", "{page}");
        let found = rkeys(&page);
        assert!(found.len() <= limit && (!found.is_empty() || all.is_empty()), "{found:?} after {all:?}");
        all.extend(found);
        match page.get("cursor") {
            Some(next) => cursor = next.as_str().unwrap().to_owned(),
            None => return all,
        }
    }
}

#[test]
fn repos_are_merged_newest_first_and_paged_without_gap_or_repeat() {
    for limit in [1, 2, 7, 30, 60, 100] {
        let (harness, all) = three_repos(20);
        assert_eq!(walk(&harness, limit), all, "{limit}");
        assert_eq!(asked(&harness, "listRecords"), 6, "each repo is read once: {limit}");
    }
}

#[test]
fn one_server_that_is_away_never_loses_the_others() {
    for fault in
        [Scripted::Failed, Scripted::Deadline, Scripted::text(500, ""), html(), refusal(400, "RepoNotFound")]
    {
        for second_page in [false, true] {
            let (harness, mut all) = three_repos(10);
            let cursor = second_page.then_some("next");
            harness.rescript(
                &records_url("https://pds-bert.example-site.dev", &did("bert"), cursor),
                [fault.clone()],
            );
            all.retain(|rkey| !rkey.starts_with("bert"));
            assert_eq!(walk(&harness, 4), all, "{fault:?}");
            assert!(harness.log().iter().any(|line| line.contains("a repo is left out")), "{fault:?}");
        }
    }
    let (harness, mut all) = three_repos(10);
    harness.rescript(&document_url(&did("carla")), [Scripted::text(404, "")]);
    all.retain(|rkey| !rkey.starts_with("carla"));
    assert_eq!(walk(&harness, 100), all);
}

/// It was read before: what it had then is told for a day.
#[test]
fn a_server_that_goes_away_is_remembered() {
    let (harness, all) = three_repos(10);
    assert_eq!(walk(&harness, 100), all);
    harness
        .rescript(&records_url("https://pds-bert.example-site.dev", &did("bert"), None), [Scripted::Failed]);
    harness.advance(DAY - SECOND);
    assert_eq!(walk(&harness, 100), all);
    harness.advance(DAY);
    assert!(!walk(&harness, 100).iter().any(|rkey| rkey.starts_with("bert")));
}

#[test]
fn bad_input_28_repos_without_end_end() {
    let video = |index: usize| Video::new(&format!("v{index}"));
    let with = |pages: &[(Option<&str>, usize, Option<&str>)]| {
        let mut harness = stage()
            .config("CREATORS", aurora().as_str())
            .http(&document_url(&aurora()), document(&aurora(), PDS, &[]));
        for (cursor, index, next) in pages {
            let foreign = Video::of(&did("bert"), "foreign");
            let answer = match index {
                0 => records([], *next),
                index => records([&video(*index), &foreign], *next),
            };
            harness = harness.http(&records_url(PDS, &aurora(), *cursor), answer);
        }
        harness
    };
    for (what, pages, expect) in [
        ("an empty page with a cursor", vec![(None, 0, Some("a")), (Some("a"), 1, None)], vec!["v1"]),
        ("the same cursor again", vec![(None, 1, Some("a")), (Some("a"), 2, Some("a"))], vec!["v2", "v1"]),
        (
            "a circle",
            vec![(None, 1, Some("a")), (Some("a"), 2, Some("b")), (Some("b"), 1, Some("a"))],
            vec!["v2", "v1"],
        ),
    ] {
        let harness = with(&pages);
        assert_eq!(walk(&harness, 100), expect, "{what}");
        assert!(asked(&harness, "listRecords") <= 5, "{what}");
    }
    let endless: Vec<_> = (1..20).map(|index| (index, format!("c{index}"))).collect();
    let pages: Vec<_> = endless
        .iter()
        .map(|(index, next)| {
            let cursor = (*index > 1).then(|| endless[index - 2].1.as_str());
            (cursor, *index, Some(next.as_str()))
        })
        .collect();
    let harness = with(&pages);
    assert_eq!(walk(&harness, 100).len(), 5);
    assert!(harness.log().iter().any(|line| line.contains("more than 5 videos")), "{:?}", harness.log());
}

#[test]
fn one_creator_is_asked_of_whoever_is_asked() {
    let creator = format!("listVideos?creator={}", aurora());
    let harness = stage().http(&list_url(25, Some(&aurora()), None), page([&Video::new("a")], None));
    assert_eq!(rkeys(&harness.get(&creator).json()), ["a"]);
    let (harness, all) = three_repos(4);
    let page = harness.get(&creator).json();
    let own: Vec<_> = all.into_iter().filter(|rkey| rkey.starts_with("aurora")).collect();
    assert_eq!(rkeys(&page), own);
    assert_eq!(asked(&harness, "listRecords"), 2, "the others' repos are not read");
}
