//! The query of a request to the runner itself. What it doesn't know it refuses.

use std::borrow::Cow;

use url::form_urlencoded;

use crate::{Fault, route::shorten};

pub(crate) fn invalid(reason: String) -> Fault {
    Fault::InvalidInput { reason }
}

/// The parameters, as they were written.
pub(crate) struct Query<'a>(Vec<(Cow<'a, str>, Cow<'a, str>)>);

impl<'a> Query<'a> {
    pub(crate) fn read(text: &'a str) -> Self {
        Self(form_urlencoded::parse(text.as_bytes()).collect())
    }

    pub(crate) fn only(&self, known: &[&str]) -> Result<(), Fault> {
        let mut seen: Vec<&str> = Vec::new();
        for (name, _) in &self.0 {
            if !known.contains(&name.as_ref()) {
                let known = if known.is_empty() { "none".to_owned() } else { known.join(", ") };
                return Err(invalid(format!(
                    "there is no parameter `{}` here; known: {known}",
                    shorten(name)
                )));
            }
            if seen.contains(&name.as_ref()) {
                return Err(invalid(format!("{name} is there twice")));
            }
            seen.push(name);
        }
        Ok(())
    }

    pub(crate) fn get(&self, name: &str) -> Option<String> {
        self.0.iter().find(|(other, _)| other == name).map(|(_, value)| value.to_string())
    }

    /// `limit`, or the first number where there is none; at most the second.
    pub(crate) fn limit(&self, (usual, most): (u32, u32)) -> Result<u32, Fault> {
        let Some(text) = self.get("limit") else { return Ok(usual) };
        let bad = || invalid(format!("limit is `{}`, and may be 1 to {most}", shorten(&text)));
        text.parse().ok().filter(|limit| (1..=most).contains(limit)).ok_or_else(bad)
    }

    /// A number that isn't negative.
    pub(crate) fn number(&self, name: &str) -> Result<Option<u64>, Fault> {
        let Some(text) = self.get(name) else { return Ok(None) };
        let bad = |_| invalid(format!("{name} is `{}`, and may be a number", shorten(&text)));
        text.parse().map(Some).map_err(bad)
    }
}
