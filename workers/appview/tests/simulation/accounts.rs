//! Accounts that change: the index follows.

use serde_json::{Value, json};

use crate::repo::{Left, Repo, State};
use crate::site::Site;

fn titled(title: &str) -> Value {
    json!({ "title": title, "createdAt": "2026-03-01T12:00:00Z" })
}

fn indexed() -> Site {
    let mut repo = Repo::new(0);
    repo.put("aa", titled("First"));
    repo.put("bb", titled("Second"));
    let site = Site::with(vec![repo]);
    site.later();
    assert_eq!(site.titles().len(), 2);
    site
}

#[test]
fn bad_input_31_a_key_that_is_deleted_and_used_again() {
    let site = indexed();
    site.edit(0, |repo| {
        repo.delete("aa");
        repo.put("aa", titled("Again"));
    });
    assert!(site.later().contains("0 videos new, 1 edited, 0 gone"));
    assert_eq!(site.list("q=First").len(), 0);
    assert_eq!(site.list("q=Again").len(), 1);
    site.edit(0, |repo| repo.delete("aa"));
    assert!(site.later().contains("1 gone"));
    assert_eq!(site.titles(), ["Second"]);
    site.edit(0, |repo| repo.put("aa", titled("Again")));
    assert!(site.later().contains("1 videos new"));
    assert_eq!(site.titles().len(), 2);
    // The very same record again is no change.
    site.edit(0, |repo| {
        repo.delete("aa");
        repo.put("aa", titled("Again"));
    });
    assert!(site.later().contains("0 videos new, 0 edited, 0 gone"));
}

#[test]
fn bad_input_31_an_account_that_goes_is_hidden_and_back_again_whole() {
    for (state, name) in
        [(State::Deactivated, "deactivated"), (State::Takendown, "takendown"), (State::Deleted, "deleted")]
    {
        let site = indexed();
        site.edit(0, |repo| repo.state = state);
        site.later();
        assert_eq!((site.titles().len(), site.list("q=First").len()), (0, 0), "{state:?}");
        assert_eq!(site.harness.get("listCreators").json()["creators"], json!([]), "{state:?}");
        assert_eq!(site.creator(0)["state"], name);
        let uri = format!("at://{}/place.stream.video/aa", site.network.repos.borrow()[0].did);
        assert_eq!(site.harness.get(&format!("getVideo?uri={uri}")).status(), 404, "{state:?}");
        site.edit(0, |repo| repo.state = State::Active);
        site.settle();
        assert_eq!((site.titles().len(), site.list("q=First").len()), (2, 1), "{state:?}");
        site.edit(0, |repo| repo.state = state);
        site.settle();
        site.edit(0, |repo| {
            repo.state = State::Active;
            repo.put("cc", titled("Third"));
        });
        site.settle();
        assert_eq!(site.titles().len(), 3, "{state:?}");
    }
}

#[test]
fn bad_input_31_a_handle_that_changes_within_a_day_or_with_the_next_video() {
    let site = indexed();
    let handle = |site: &Site| site.list("limit=1")[0]["handle"].as_str().map(str::to_owned);
    assert_eq!(handle(&site).as_deref(), Some("aa0.test"));
    site.edit(0, |repo| repo.handle = "renamed.test".to_owned());
    for _ in 0..97 {
        site.later();
    }
    assert_eq!(handle(&site).as_deref(), Some("renamed.test"));
    assert_eq!((site.list("q=renamed").len(), site.list("q=aa0").len()), (2, 0));
    site.edit(0, |repo| {
        repo.handle = "again.test".to_owned();
        repo.put("cc", titled("Third"));
    });
    site.later();
    assert_eq!((site.list("q=again").len(), site.list("q=renamed").len()), (3, 0));
}

#[test]
fn bad_input_31_a_repository_that_moves_is_followed_whatever_is_left_of_it() {
    for (left, looks) in [
        (Left::NotFound, 1),
        (Left::Deactivated, 1),
        (Left::Takendown, 1),
        // Once it is silent, it may just be away.
        (Left::Silence, 3),
        // It is asked once a day whether that is still the place.
        (Left::Copy, 97),
    ] {
        let site = indexed();
        site.edit(0, |repo| {
            repo.migrate(2, left);
            repo.put("cc", titled("After the move"));
            repo.delete("aa");
        });
        for _ in 0..looks + 1 {
            site.later();
        }
        assert_eq!(site.list("q=After").len(), 1, "{left:?}: {}", site.creator(0));
        assert_eq!(site.titles().len(), 2, "{left:?}");
        let state = site.creator(0);
        assert_eq!(
            (state["state"].as_str(), state["failures"].as_u64()),
            (Some("active"), Some(0)),
            "{left:?}"
        );
    }
}

#[test]
fn bad_input_31_an_account_that_is_gone_stays_hidden_while_its_old_server_answers() {
    let site = indexed();
    site.edit(0, |repo| repo.state = State::Deleted);
    site.settle();
    assert_eq!(site.titles().len(), 0);
    // The directory has no document, and the server has not heard of it.
    let did = site.network.repos.borrow()[0].did.to_string();
    let plc = format!("https://plc.dev/{did}");
    site.harness.rescript(&plc, [at_run::testing::Scripted::text(410, "{}")]);
    site.edit(0, |repo| repo.state = State::Active);
    for _ in 0..200 {
        site.later();
        assert_eq!(site.titles().len(), 0);
    }
    assert_eq!(site.creator(0)["state"], "deleted");
}
