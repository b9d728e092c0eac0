//! Whether an answer is whole: what its head promises, against what was asked for and what came.

use crate::{ByteRange, Part, Request, Response};

/// How an answer is other than it promises, or than what was asked for.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Incomplete {
    /// The body has another length than the head says.
    #[error("{expected} bytes were promised, and {got} came")]
    Length {
        /// Bytes that the head promises.
        expected: u64,
        /// Bytes that came.
        got: u64,
    },
    /// The head promises two lengths, or one that is none.
    #[error("`{got}` is not the length of one body")]
    NoLength {
        /// `Content-Length`, cut to 96 characters.
        got: String,
    },
    /// 206, with another part than was asked for or one that can't be told.
    #[error("`{expected}` was asked for, and `{got}` came")]
    WrongPart {
        /// `Range`, as it was sent.
        expected: String,
        /// `Content-Range`, cut to 96 characters; empty without one.
        got: String,
    },
    /// 206, and no part was asked for.
    #[error("the whole was asked for, and `{got}` came")]
    UnaskedPart {
        /// `Content-Range`, cut to 96 characters; empty without one.
        got: String,
    },
    /// A part was asked for, and the answer is of the whole.
    #[error("`{expected}` was asked for, and the whole came with status {got}")]
    WholeForPart {
        /// `Range`, as it was sent.
        expected: String,
        /// A status of success, other than 206.
        got: u16,
    },
    /// The part is one of an encoded whole: its bytes are not those that were asked for.
    #[error("`{expected}` was asked for, and came encoded as {got}")]
    EncodedPart {
        /// `Range`, as it was sent.
        expected: String,
        /// `Content-Encoding`, cut to 96 characters.
        got: String,
    },
}

/// How much was asked for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Asked {
    range: Option<String>,
    or_whole: bool,
}

/// What the head of an answer promises of its body, decoded.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Promise(Option<u64>);

impl Asked {
    /// What `request` asks for.
    pub fn by(request: &Request) -> Self {
        let range = first(&request.headers, "range").map(str::to_owned);
        Self { range, or_whole: request.or_whole }
    }

    /// Whether `response` is a whole answer.
    ///
    /// # Errors
    /// As [`Incomplete`] says.
    pub fn check(&self, response: &Response) -> Result<(), Incomplete> {
        self.promise(response.status, &response.headers)?.kept_by(&response.body)
    }

    /// Reads the head of an answer, before its body is there; header names are in lower case.
    ///
    /// # Errors
    /// When no body can make it a whole answer.
    pub fn promise(&self, status: u16, headers: &[(String, String)]) -> Result<Promise, Incomplete> {
        let header = |name: &str| first(headers, name);
        let range = self.range.as_deref();
        let encoding = header("content-encoding").filter(|value| !value.eq_ignore_ascii_case("identity"));
        let length = header("content-length").map(length_of).transpose()?;
        match (status, range) {
            (206, None) => Err(Incomplete::UnaskedPart { got: cut(header("content-range")) }),
            (206, Some(range)) => {
                if let Some(encoding) = encoding {
                    let got = cut(Some(encoding));
                    return Err(Incomplete::EncodedPart { expected: range.to_owned(), got });
                }
                let promised = part_of(range, header("content-range"))?;
                match length {
                    Some(got) if got != promised => Err(Incomplete::Length { expected: promised, got }),
                    _ => Ok(Promise(Some(promised))),
                }
            }
            (200..=299, Some(range)) if !self.or_whole => {
                Err(Incomplete::WholeForPart { expected: range.to_owned(), got: status })
            }
            // These have no body; a length says what another answer would have.
            (204 | 304, _) => Ok(Promise(None)),
            // The length of an encoded body says nothing of the decoded one.
            _ => Ok(Promise(length.filter(|_| encoding.is_none()))),
        }
    }
}

impl Promise {
    /// Bytes of the body, when the head tells. Without a length a body ends where its connection does, and nobody can
    /// know better.
    pub fn length(self) -> Option<u64> {
        self.0
    }

    /// Holds the body that came to the promise.
    ///
    /// # Errors
    /// [`Incomplete::Length`].
    pub fn kept_by(self, body: &[u8]) -> Result<(), Incomplete> {
        let got = body.len() as u64;
        match self.0 {
            Some(expected) if expected != got => Err(Incomplete::Length { expected, got }),
            _ => Ok(()),
        }
    }
}

fn first<'a>(headers: &'a [(String, String)], name: &str) -> Option<&'a str> {
    headers.iter().find(|(key, _)| key == name).map(|(_, value)| value.trim())
}

/// Several headers of one name come as a list; one length said twice is one (RFC 9112, section 6.3).
fn length_of(header: &str) -> Result<u64, Incomplete> {
    let bad = || Incomplete::NoLength { got: cut(Some(header)) };
    let mut lengths = header.split(',').map(|text| {
        let text = text.trim();
        text.parse::<u64>().ok().filter(|_| text.bytes().all(|b| b.is_ascii_digit()))
    });
    let length = lengths.next().flatten().ok_or_else(bad)?;
    if lengths.all(|other| other == Some(length)) { Ok(length) } else { Err(bad()) }
}

/// Bytes of the part, if it is the one that was asked for: cut short only where the whole ends.
fn part_of(range: &str, content_range: Option<&str>) -> Result<u64, Incomplete> {
    let wrong = || Incomplete::WrongPart { expected: range.to_owned(), got: cut(content_range) };
    let asked = ByteRange::parse(range).ok().flatten().ok_or_else(wrong)?;
    let (part, size) = content_range.and_then(Part::parse_any).ok_or_else(wrong)?;
    let expected = match (asked, size) {
        (asked, Some(size)) => asked.of(size),
        // Of a whole of unknown size only a part with both its ends can be told.
        (ByteRange::FromTo(first, last), None) => {
            last.checked_sub(first).and_then(|more| more.checked_add(1)).map(|length| Part { first, length })
        }
        (_, None) => None,
    };
    if expected == Some(part) { Ok(part.length) } else { Err(wrong()) }
}

fn cut(header: Option<&str>) -> String {
    header.unwrap_or_default().chars().take(96).collect()
}

#[cfg(test)]
mod tests {
    use url::Url;

    use super::*;

    /// What becomes of an answer to a request with this `Range`: a status, headers as `name: value` lines, a body.
    fn check(range: Option<&str>, status: u16, head: &str, body: &str) -> Result<(), Incomplete> {
        asked(range, false, status, head, body)
    }

    fn asked(
        range: Option<&str>,
        or_whole: bool,
        status: u16,
        head: &str,
        body: &str,
    ) -> Result<(), Incomplete> {
        let mut request = Request::get(Url::parse("https://a.dev/").unwrap());
        request.headers.extend(range.map(|range| ("range".to_owned(), range.to_owned())));
        request.or_whole = or_whole;
        let headers = head.lines().map(|line| line.split_once(": ").unwrap());
        let response = Response {
            url: request.url.clone(),
            status,
            headers: headers.map(|(name, value)| (name.to_owned(), value.to_owned())).collect(),
            body: body.as_bytes().to_vec(),
        };
        Asked::by(&request).check(&response)
    }

    #[test]
    fn whole_answers() {
        for (status, head, body) in [
            (200, "content-length: 4", "abcd"),
            (404, "content-length: 0", ""),
            (200, "content-length: 4, 4", "abcd"),
            // Without a length the body is what came before the end.
            (200, "", "abcd"),
            (200, "content-type: text/plain", ""),
            (200, "content-length: 29\ncontent-encoding: gzip", "decoded to something longer than that"),
            (200, "content-length: 4\ncontent-encoding: identity", "abcd"),
            (204, "content-length: 9", ""),
            (304, "content-length: 9", ""),
        ] {
            assert_eq!(check(None, status, head, body), Ok(()), "{status} {head}");
        }
    }

    #[test]
    fn bad_input_07_a_body_of_another_length_than_promised() {
        let length = |expected, got| Err(Incomplete::Length { expected, got });
        for (status, head, body, outcome) in [
            (200, "content-length: 5", "abcd", length(5, 4)),
            (200, "content-length: 3", "abcd", length(3, 4)),
            (200, "content-length: 1", "", length(1, 0)),
            (200, "content-length: 0", "abcd", length(0, 4)),
            (500, "content-length: 5", "abcd", length(5, 4)),
            (200, "content-length: 5, 5", "abcd", length(5, 4)),
            (200, "content-length: 18446744073709551615", "abcd", length(u64::MAX, 4)),
            (200, "content-length: 5\ncontent-encoding: identity", "abcd", length(5, 4)),
        ] {
            assert_eq!(check(None, status, head, body), outcome, "{status} {head}");
        }
        for got in ["4, 5", "5,4", "-4", "+4", "4.0", "four", "4 4", "", "4,", "18446744073709551616"] {
            let outcome = check(None, 200, &format!("content-length: {got}"), "abcd");
            assert_eq!(outcome, Err(Incomplete::NoLength { got: got.to_owned() }), "{got}");
        }
    }

    #[test]
    fn parts_that_were_asked_for() {
        for (range, content_range, body) in [
            ("bytes=0-3", "bytes 0-3/10", "abcd"),
            ("bytes=0-3", "bytes 0-3/*", "abcd"),
            ("bytes=8-99", "bytes 8-9/10", "ij"),
            ("bytes=0-0", "bytes 0-0/1", "a"),
            ("bytes=6-", "bytes 6-9/10", "ghij"),
            ("bytes=-4", "bytes 6-9/10", "ghij"),
            ("bytes=-99", "bytes 0-9/10", "abcdefghij"),
        ] {
            let length = body.len();
            for head in [
                format!("content-range: {content_range}\ncontent-length: {length}"),
                format!("content-range: {content_range}"),
            ] {
                assert_eq!(check(Some(range), 206, &head, body), Ok(()), "{range} {head}");
            }
        }
        assert_eq!(
            check(Some("bytes=9-12"), 416, "content-range: bytes */9\ncontent-length: 2", "no"),
            Ok(())
        );
        assert_eq!(check(Some("bytes=0-3"), 304, "", ""), Ok(()));
    }

    #[test]
    fn bad_input_07_a_part_that_is_another_or_can_not_be_told() {
        for (range, content_range) in [
            ("bytes=0-3", "bytes 1-4/10"),
            ("bytes=0-3", "bytes 0-2/10"),
            ("bytes=0-3", "bytes 0-4/10"),
            ("bytes=0-3", "bytes 0-2/*"),
            ("bytes=8-99", "bytes 8-9/20"),
            ("bytes=8-99", "bytes 8-9/*"),
            ("bytes=6-", "bytes 6-8/10"),
            ("bytes=6-", "bytes 6-9/*"),
            ("bytes=-4", "bytes 0-3/10"),
            ("bytes=-4", "bytes 6-9/*"),
            ("bytes=0-3", "bytes 0-3/3"),
            ("bytes=0-3", "bytes */10"),
            ("bytes=0-3", "bytes 3-0/10"),
            ("bytes=0-3", "items 0-3/10"),
            ("bytes=0-3", "0-3/10"),
            ("bytes=0-3", ""),
            ("bytes=0-18446744073709551615", "bytes 0-18446744073709551615/*"),
            ("bytes=0-1,2-3", "bytes 0-3/10"),
            ("seconds=0-3", "bytes 0-3/10"),
            ("bytes=3-0", "bytes 0-3/10"),
        ] {
            let head = if content_range.is_empty() {
                String::new()
            } else {
                format!("content-range: {content_range}")
            };
            let wrong = Incomplete::WrongPart { expected: range.to_owned(), got: content_range.to_owned() };
            assert_eq!(check(Some(range), 206, &head, "abcd"), Err(wrong), "{range} {content_range}");
        }
    }

    #[test]
    fn bad_input_07_a_part_of_another_length_than_its_range() {
        let head = "content-range: bytes 0-3/10";
        for body in ["", "abc", "abcde"] {
            let got = body.len() as u64;
            assert_eq!(
                check(Some("bytes=0-3"), 206, head, body),
                Err(Incomplete::Length { expected: 4, got })
            );
        }
        // A body that keeps to a wrong length is no better.
        let short = format!("{head}\ncontent-length: 3");
        assert_eq!(
            check(Some("bytes=0-3"), 206, &short, "abc"),
            Err(Incomplete::Length { expected: 4, got: 3 })
        );
        let long = format!("{head}\ncontent-length: 5");
        assert_eq!(
            check(Some("bytes=0-3"), 206, &long, "abcd"),
            Err(Incomplete::Length { expected: 4, got: 5 })
        );
        let encoded = format!("{head}\ncontent-encoding: gzip");
        let expected = "bytes=0-3".to_owned();
        assert_eq!(
            check(Some("bytes=0-3"), 206, &encoded, "abcd"),
            Err(Incomplete::EncodedPart { expected, got: "gzip".into() })
        );
    }

    #[test]
    fn bad_input_07_the_whole_for_a_part_and_a_part_for_the_whole() {
        let expected = || "bytes=0-3".to_owned();
        for got in [200, 203, 204] {
            let outcome = check(Some("bytes=0-3"), got, "content-length: 4", "abcd");
            assert_eq!(outcome, Err(Incomplete::WholeForPart { expected: expected(), got }));
        }
        assert_eq!(asked(Some("bytes=0-3"), true, 200, "content-length: 10", "abcdefghij"), Ok(()));
        let short = asked(Some("bytes=0-3"), true, 200, "content-length: 10", "abcd");
        assert_eq!(short, Err(Incomplete::Length { expected: 10, got: 4 }), "the whole has to be whole");
        let other = asked(Some("bytes=0-3"), true, 206, "content-range: bytes 4-7/10", "efgh");
        assert!(matches!(other, Err(Incomplete::WrongPart { .. })), "{other:?}");

        let part = check(None, 206, "content-range: bytes 0-3/10\ncontent-length: 4", "abcd");
        assert_eq!(part, Err(Incomplete::UnaskedPart { got: "bytes 0-3/10".into() }));
    }

    #[test]
    fn foreign_text_is_cut() {
        let long = "9".repeat(9_000);
        let Err(Incomplete::NoLength { got }) = check(None, 200, &format!("content-length: {long}"), "")
        else {
            panic!("it is a length")
        };
        assert_eq!(got.len(), 96);
    }
}
