//! Players inside other people's pages, and the time that they begin at.

use super::*;

#[test]
fn a_time_to_begin_at() {
    let harness = shared(&video());
    for (t, seconds) in [
        ("", None),
        ("0", None),
        ("0s", None),
        ("0.5", None),
        ("00", None),
        ("0m0s", None),
        ("90", Some(90)),
        ("90s", Some(90)),
        ("90.75", Some(90)),
        ("090", Some(90)),
        ("1m30s", Some(90)),
        ("1m30", Some(90)),
        ("1h2m", Some(3_720)),
        ("1h2m3s", Some(3_723)),
        ("2h", Some(7_200)),
        ("1h30s", Some(3_630)),
        ("90m", Some(5_400)),
        ("9999999", Some(9_999_999)),
    ] {
        let page = document(&harness.get(&format!("{}&t={t}", share(&video()))));
        let time = seconds.map(|seconds| format!("?t={seconds}")).unwrap_or_default();
        assert_eq!(page.refresh(), Some(format!("{}{time}", watch(&video())).as_str()), "{t}");
        assert_eq!(
            (page.link("canonical", ""), page.meta("og:url")),
            (watch(&video()).as_str(), Some(watch(&video()).as_str()))
        );
        let embed = document(&harness.get(&format!("embed?{}&t={t}", video().query())));
        let time = seconds.map(|seconds| format!("#t={seconds}")).unwrap_or_default();
        let playlist = embed.all("source").next().unwrap().get("src");
        assert_eq!(playlist, format!("{BUNDLE}/getPlaylist?{}{time}", video().query()), "{t}");
    }
}

#[test]
fn an_embed() {
    let harness = shared(&video());
    let of = |query: &str| harness.get(&format!("embed?{}{query}", video().query()));
    let answer = of("");
    let page = document(&answer);
    assert_eq!(answer.header("x-robots-tag"), Some("noindex, indexifembedded"));
    assert_eq!(page.meta("robots"), Some("noindex, indexifembedded"));
    assert_eq!(page.link("canonical", ""), watch(&video()));
    let player = page.all("video").next().unwrap();
    assert_eq!(
        player.get("poster"),
        format!("{BUNDLE}/getThumbnail?{}&cid={}&width=960", video().query(), video().cid())
    );
    assert!(player.attributes.contains_key("controls") && !player.attributes.contains_key("autoplay"));
    assert_eq!(page.all("source").next().unwrap().get("type"), "application/vnd.apple.mpegurl");
    for (autoplay, expect) in [("", false), ("0", false), ("false", false), ("1", true), ("true", true)] {
        let page = document(&of(&format!("&autoplay={autoplay}")));
        assert_eq!(
            page.all("video").next().unwrap().attributes.contains_key("autoplay"),
            expect,
            "{autoplay}"
        );
    }
    for autoplay in ["yes", "2", "-1", "1%00"] {
        assert_eq!(
            outcome(&of(&format!("&autoplay={autoplay}"))),
            (400, "InvalidInput".into()),
            "{autoplay}"
        );
    }
}
