//! The names of all definitions, as constants.

use std::{collections::BTreeMap, error::Error, path::Path};

use crate::{
    lexicon::{Described, lexicons_below},
    typescript::{HEADER, doc},
};

/// `max_width` of rustfmt.toml.
const MAX_WIDTH: usize = 110;

/// NSID or `nsid#def` → the lexicon's own description of it, when it has one.
type Names = BTreeMap<String, Option<String>>;

fn names_below(folder: &Path) -> Result<Names, Box<dyn Error>> {
    let mut names = Names::new();
    for (id, lexicon) in lexicons_below::<Described>(folder)? {
        for (def, Described { description }) in lexicon.defs.0 {
            names.insert(if def == "main" { id.clone() } else { format!("{id}#{def}") }, description);
        }
    }
    Ok(names)
}

/// `place.stream.media.defs#sourceTracks` → `PLACE_STREAM_MEDIA_DEFS_SOURCE_TRACKS`.
fn constant(name: &str) -> String {
    let mut out = String::new();
    for c in name.chars() {
        match c {
            '.' | '#' => out.push('_'),
            c if c.is_ascii_uppercase() => out.extend(['_', c]),
            c => out.push(c.to_ascii_uppercase()),
        }
    }
    out
}

/// The constants of a Rust module.
pub(crate) fn rust(folder: &Path) -> Result<String, Box<dyn Error>> {
    let mut out = format!("{HEADER}\n#![allow(missing_docs)]\n\n");
    for name in names_below(folder)?.keys() {
        let line = format!("pub const {}: &str = \"{name}\";", constant(name));
        // As rustfmt breaks it.
        out += &if line.len() > MAX_WIDTH { line.replacen("= ", "=\n    ", 1) } else { line };
        out.push('\n');
    }
    Ok(out)
}

/// The constants of a TypeScript module.
pub(crate) fn typescript(folder: &Path) -> Result<String, Box<dyn Error>> {
    let mut out = HEADER.to_owned();
    for (name, description) in names_below(folder)? {
        out += &format!(
            "\n{}export const {} = '{name}'\n",
            doc(description.as_deref().unwrap_or_default(), ""),
            constant(&name)
        );
    }
    Ok(out)
}
