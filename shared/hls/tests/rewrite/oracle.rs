//! The same, slowly: a URL parser for each URI, and no memory of the line before.

use streamhut_hls::attributes::attributes;
use url::Url;

/// What is made of a playlist that is not refused.
pub fn slowly(text: &str, playlist: &Url) -> String {
    let text = text.strip_prefix('\u{FEFF}').unwrap_or(text);
    let mut out = String::new();
    for (index, line) in text.split_terminator('\n').enumerate() {
        let line = line.strip_suffix('\r').unwrap_or(line).trim_start();
        let line = if index == 0 { line.trim_end() } else { line };
        match line.strip_prefix("#EXT") {
            Some(tag) => match rewrite_tag(tag, playlist) {
                Some(tag) => out += &format!("#EXT{tag}\n"),
                None => continue,
            },
            None if line.is_empty() || line.starts_with('#') => out += &format!("{line}\n"),
            None => out += &format!("{}\n", playlist.join(line.trim_end()).unwrap()),
        }
    }
    out
}

fn rewrite_tag(tag: &str, playlist: &Url) -> Option<String> {
    let Some((name, list)) = tag.split_once(':') else { return Some(tag.to_owned()) };
    let named = ["URI", "X-ASSET-LIST"].iter().any(|uri| list.contains(uri));
    if ["INF", "-X-BYTERANGE"].contains(&name) || !named {
        return Some(tag.to_owned());
    }
    attributes(list).ok()?;
    // Every other piece stands between quotes.
    let pieces: Vec<&str> = list.split('"').collect();
    let mut out = vec![pieces[0].to_owned()];
    for (index, piece) in pieces.iter().enumerate().skip(1) {
        let before = pieces[index - 1];
        let attribute =
            before.rsplit(',').next().unwrap().trim().strip_suffix('=').unwrap_or_default().trim();
        let is_uri = attribute == "URI" || attribute.ends_with("-URI") || attribute == "X-ASSET-LIST";
        out.push(match index % 2 == 1 && is_uri {
            true => playlist.join(piece).unwrap().into(),
            false => (*piece).to_owned(),
        });
    }
    Some(format!("{name}:{}", out.join("\"")))
}
