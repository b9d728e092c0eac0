//! Media playlists to try.

use proptest::prelude::*;
use proptest::sample::select;

/// What is written for one segment.
#[derive(Debug, Clone)]
pub struct Written {
    duration: String,
    range: Option<(u32, Option<u64>)>,
    map: Option<String>,
    discontinuity: bool,
    gap: bool,
    before: Vec<String>,
    uri: String,
}

fn uri() -> impl Strategy<Value = String> {
    let few = [
        "/xrpc/blob?cid=a",
        "blob?cid=a",
        "../x/../xrpc/blob?cid=a",
        "//cdn.example/b",
        "HTTPS://cdn.example/b",
    ];
    prop_oneof![
        8 => select(few.to_vec()).prop_map(str::to_owned),
        2 => "(/|\\./|\\.\\./|https://a\\.example/)?[a-z0-9]{1,6}(\\?[a-z=&%2F]{0,9})?",
    ]
}

fn duration() -> impl Strategy<Value = String> {
    prop_oneof!["[0-9]{1,2}", r"[0-9]\.[0-9]{1,9}", Just("1.000167".to_owned()), Just("0.000".to_owned())]
}

/// Lines that say nothing about segments.
fn noise() -> impl Strategy<Value = String> {
    select(vec![
        "",
        "# é",
        "#EXT-X-PROGRAM-DATE-TIME:2026-01-01T00:00:00.000Z",
        "#EXT-X-BITRATE:5000",
        "#EXT-X-KEY:METHOD=NONE",
        "#EXT-X-INDEPENDENT-SEGMENTS",
        "#EXT-X-UNHEARD-OF:A=1,URI=\"file:///\"",
    ])
    .prop_map(str::to_owned)
}

prop_compose! {
    fn written()(
        duration in duration(),
        range in prop::option::of((1u32.., prop::option::of(0u64..1 << 40))),
        map in prop::option::weighted(0.3, (uri(), prop::option::of((1u32.., 0u64..9)))),
        discontinuity in prop::bool::weighted(0.2),
        gap in prop::bool::weighted(0.1),
        before in prop::collection::vec(noise(), 0..3),
        uri in uri(),
    ) -> Written {
        let map = map.map(|(uri, range)| match range {
            Some((length, offset)) => format!(r#"URI="{uri}",BYTERANGE="{length}@{offset}""#),
            None => format!(r#"URI="{uri}""#),
        });
        Written { duration, range, map, discontinuity, gap, before, uri }
    }
}

/// Every playlist of these is read without an error.
pub fn good() -> impl Strategy<Value = String> {
    (prop::collection::vec(written(), 0..12), select(vec!["\n", "\r\n"]), any::<bool>()).prop_map(
        |(segments, end, ended)| {
            let mut lines = vec!["#EXTM3U".to_owned(), "#EXT-X-TARGETDURATION:99".to_owned()];
            let mut before: Option<&Written> = None;
            for segment in &segments {
                lines.extend(segment.lines(before));
                before = Some(segment);
            }
            lines.extend(ended.then(|| "#EXT-X-ENDLIST".to_owned()));
            lines.join(end) + end
        },
    )
}

impl Written {
    fn lines(&self, before: Option<&Written>) -> Vec<String> {
        let mut lines = self.before.clone();
        lines.extend(self.discontinuity.then(|| "#EXT-X-DISCONTINUITY".to_owned()));
        lines.extend(self.map.as_ref().map(|map| format!("#EXT-X-MAP:{map}")));
        lines.push(format!("#EXTINF:{},", self.duration));
        lines.extend(self.gap.then(|| "#EXT-X-GAP".to_owned()));
        let continues = before.is_some_and(|before| before.range.is_some() && before.uri == self.uri);
        lines.extend(self.range.map(|(length, offset)| match (offset, continues) {
            (None, true) => format!("#EXT-X-BYTERANGE:{length}"),
            (offset, _) => format!("#EXT-X-BYTERANGE:{length}@{}", offset.unwrap_or(5)),
        }));
        lines.push(self.uri.clone());
        lines
    }
}

/// Playlists of lines in any order, most of them with an error somewhere.
pub fn odd() -> impl Strategy<Value = String> {
    let line = prop_oneof![
        8 => (duration(), uri()).prop_map(|(duration, uri)| format!("#EXTINF:{duration},\n{uri}")),
        2 => uri(),
        2 => noise(),
        2 => "#EXT-X-BYTERANGE:[0-9]{1,4}(@[0-9]{1,20})?",
        1 => "#EXTINF:[ -~]{0,8}",
        1 => "#EXT-X-(MAP|KEY|GAP|DISCONTINUITY|MEDIA|SKIP):?(METHOD=NONE|URI=\"[ -~]{0,8}\")?",
        1 => "#EXT-X-MAP:URI=\"[a-z]{1,3}\",BYTERANGE=\"[0-9]{1,3}(@[0-9])?\"",
        1 => r"#?\PC{0,16}",
        1 => "[\r\0-\u{ff}]{0,4}",
    ];
    let header = prop_oneof![9 => Just("#EXTM3U\n"), 1 => select(vec!["\u{FEFF}#EXTM3U\r\n", "\n", "<html>\n", "#EXTM3U"])];
    let end = select(vec!["\n", "\r\n", "\r", ""]);
    (header, prop::collection::vec((line, prop_oneof![9 => Just("\n"), 1 => end]), 0..12)).prop_map(
        |(header, lines)| lines.into_iter().fold(header.to_owned(), |text, (line, end)| text + &line + end),
    )
}
