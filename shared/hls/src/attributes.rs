//! Attribute lists, RFC 8216 section 4.2: `NAME=value,NAME="quoted value"`.

use std::fmt;

/// One attribute of a tag.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Attribute<'a> {
    /// Such as `GROUP-ID`.
    pub name: &'a str,
    /// With its quotes taken off.
    pub value: Value<'a>,
}

/// An attribute's value. Which of the two it is belongs to the attribute's type.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Value<'a> {
    /// Stood between double quotes.
    Quoted(&'a str),
    /// Number, resolution or enumerated string.
    Bare(&'a str),
}

impl fmt::Display for Attribute<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.value {
            Value::Quoted(text) => write!(f, "{}=\"{text}\"", self.name),
            Value::Bare(text) => write!(f, "{}={text}", self.name),
        }
    }
}

/// Reads an attribute list, in its order. Spaces around commas are tolerated, and so is a comma
/// at the end.
///
/// # Errors
/// What is wrong, as a sentence part.
pub fn attributes(list: &str) -> Result<Vec<Attribute<'_>>, &'static str> {
    let mut found = Vec::new();
    let mut rest = list.trim();
    while !rest.is_empty() {
        let (attribute, after) = first(rest)?;
        found.push(attribute);
        rest = after.trim_start();
    }
    Ok(found)
}

/// The attribute that a text begins with, and what follows its comma.
pub(crate) fn first(list: &str) -> Result<(Attribute<'_>, &str), &'static str> {
    let (name, after) = list.split_once('=').ok_or("an attribute has no value")?;
    let name = name.trim_end();
    if name.is_empty() || !name.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-' || b == b'_') {
        return Err("an attribute name holds other characters than letters, digits and hyphens");
    }
    let (value, after) = value(after)?;
    Ok((Attribute { name, value }, after))
}

/// Whether an attribute's value is a URI: `URI` in the standard's tags, `SERVER-URI` in content steering, `X-…-URI` in
/// extensions; of interstitials, `X-ASSET-URI` and `X-ASSET-LIST`.
pub(crate) fn is_uri(attribute: &str) -> bool {
    attribute == "URI" || attribute.ends_with("-URI") || attribute == "X-ASSET-LIST"
}

/// Whether a text, be it an attribute list or not, may be meant to hold such a value.
pub(crate) fn names_uri(text: &str) -> bool {
    text.contains("URI") || text.contains("X-ASSET-LIST")
}

/// A value and what follows its comma.
fn value(text: &str) -> Result<(Value<'_>, &str), &'static str> {
    if let Some(quoted) = text.strip_prefix('"') {
        let (inside, after) = quoted.split_once('"').ok_or("a quoted value has no end")?;
        let after = after.trim_start();
        return match after.strip_prefix(',') {
            Some(next) => Ok((Value::Quoted(inside), next)),
            None if after.is_empty() => Ok((Value::Quoted(inside), "")),
            None => Err("text follows a quoted value"),
        };
    }
    let (bare, after) = text.split_once(',').unwrap_or((text, ""));
    let bare = bare.trim_end();
    if bare.is_empty() {
        return Err("an attribute has no value");
    }
    if bare.contains(|c: char| c == '"' || c.is_whitespace()) {
        return Err("a value without quotes holds a quote or a space");
    }
    Ok((Value::Bare(bare), after))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(list: &str, expect: &str) {
        let got = match attributes(list) {
            Ok(found) => found.iter().map(ToString::to_string).collect::<Vec<_>>().join("|"),
            Err(reason) => format!("error: {reason}"),
        };
        assert_eq!(got, expect, "{list}");
    }

    #[test]
    fn lists() {
        check("", "");
        check("A=1", "A=1");
        check(r#"TYPE=AUDIO,NAME="a,b=c",DEFAULT=NO"#, r#"TYPE=AUDIO|NAME="a,b=c"|DEFAULT=NO"#);
        check(r#" A=1 , B="x" , C=0xFF,"#, r#"A=1|B="x"|C=0xFF"#);
        check(r#"A="""#, r#"A="""#);
        check("A", "error: an attribute has no value");
        check("A=", "error: an attribute has no value");
        check("A=,B=1", "error: an attribute has no value");
        check(r#"A="x"#, "error: a quoted value has no end");
        check(r#"A="x"y,B=1"#, "error: text follows a quoted value");
        check(r#"A=x"y""#, "error: a value without quotes holds a quote or a space");
        check("A B=1", "error: an attribute name holds other characters than letters, digits and hyphens");
        check("=1", "error: an attribute name holds other characters than letters, digits and hyphens");
    }
}
