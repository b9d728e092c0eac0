//! Lists of records that don't end, or are not what was asked for.

use serde_json::json;

use crate::repo::{Lie, Repo};
use crate::site::Site;

const ENDS: [(Lie, &str); 9] = [
    (Lie::RepeatedCursor, "circles"),
    (Lie::Circle, "circles"),
    (Lie::EmptyPage, "circles"),
    (Lie::Endless, "no end"),
    (Lie::EndlessNew, "no end"),
    (Lie::OthersRecords, "has one of did:plc:"),
    (Lie::NoList, ""),
    (Lie::NoRevision, ""),
    // This one tells the truth besides.
    (Lie::Garbage, ""),
];

#[test]
fn bad_input_28_a_list_that_lies_ends_marks_its_creator_and_no_other() {
    for (lie, words) in ENDS {
        let mut repos = vec![Repo::new(0), Repo::new(1)];
        for repo in &mut repos {
            repo.put("aa", json!({ "title": "Old", "createdAt": "2026-03-01T12:00:00Z" }));
        }
        let site = Site::with(repos);
        site.later();
        let (title, other) = (json!({ "title": "New" }), json!({ "title": "Of the other" }));
        site.edit(0, |repo| repo.put("bb", title));
        site.edit(0, |repo| repo.lie = Some(lie));
        site.edit(1, |repo| repo.put("bb", other));
        let line = site.later();
        // Who had no turn beside a list without end has it at once.
        site.harness.run_tasks();
        let titles = site.titles();
        assert!(titles.contains(&"Of the other".to_owned()), "{lie:?}: {titles:?}");
        assert_eq!(site.creator(1)["state"], "active", "{lie:?}");
        let creator = site.creator(0);
        if lie == Lie::Garbage {
            assert!(line.contains("0 failed") && line.contains("3 refused"), "{lie:?}: {line}");
            assert_eq!((creator["state"].as_str(), titles.len()), (Some("active"), 4), "{lie:?}");
            continue;
        }
        assert!(line.contains("1 failed"), "{lie:?}: {line}");
        assert_eq!(creator["state"], "failed", "{lie:?}: {creator}");
        assert_eq!(creator["failures"], 1, "{lie:?}: {creator}");
        assert!(creator["lastError"].as_str().unwrap().contains(words));
        // What was indexed before stays, and nothing of the lie shows.
        assert_eq!(titles.len(), 3, "{lie:?}: {titles:?}");
        site.edit(0, |repo| repo.lie = None);
        site.settle();
        assert_eq!(site.titles().len(), 4, "{lie:?}");
        assert_eq!(site.creator(0)["state"], "active", "{lie:?}");
    }
}

#[test]
fn bad_input_28_a_list_in_circles_costs_a_few_requests() {
    for (lie, most) in
        [(Lie::RepeatedCursor, 10), (Lie::Circle, 10), (Lie::EmptyPage, 10), (Lie::Endless, 1_010)]
    {
        let mut repo = Repo::new(0);
        repo.put("aa", json!({ "title": "One" }));
        repo.lie = Some(lie);
        let site = Site::with(vec![repo]);
        let before = site.harness.requests().len();
        site.later();
        let asked = site.harness.requests().split_off(before);
        let asked = asked.iter().filter(|request| !request.contains("db.dev")).count();
        assert!(asked <= most, "{lie:?}: {asked} requests");
    }
}
