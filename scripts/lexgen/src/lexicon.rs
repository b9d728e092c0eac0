//! The part of the lexicon language that is read here (atproto.com/specs/lexicon, version 1).

use std::{
    collections::BTreeMap,
    error::Error,
    fmt, fs,
    marker::PhantomData,
    path::{Path, PathBuf},
};

use serde::{
    Deserialize, Deserializer,
    de::{DeserializeOwned, MapAccess, Visitor},
};

/// A lexicon document, with as much of its definitions as `D` knows.
#[derive(Debug, Deserialize)]
pub(crate) struct Lexicon<D> {
    pub(crate) id: String,
    pub(crate) defs: InOrder<D>,
}

/// A definition of which only the description matters.
#[derive(Debug, Deserialize)]
pub(crate) struct Described {
    pub(crate) description: Option<String>,
}

/// A definition of an endpoint's lexicon.
#[derive(Debug, Deserialize)]
#[serde(tag = "type", rename_all = "camelCase")]
pub(crate) enum Definition {
    Query(Query),
    Object(Object),
}

#[derive(Debug, Deserialize)]
pub(crate) struct Query {
    pub(crate) description: Option<String>,
    pub(crate) parameters: Object,
    pub(crate) output: Output,
    #[serde(default)]
    pub(crate) errors: Vec<Named>,
}

#[derive(Debug, Deserialize)]
pub(crate) struct Output {
    pub(crate) encoding: String,
    pub(crate) schema: Option<Type>,
}

#[derive(Debug, Deserialize)]
pub(crate) struct Named {
    pub(crate) name: String,
}

/// `object` and `params`.
#[derive(Debug, Deserialize)]
pub(crate) struct Object {
    pub(crate) description: Option<String>,
    #[serde(default)]
    pub(crate) required: Vec<String>,
    #[serde(default)]
    pub(crate) properties: InOrder<Property>,
}

#[derive(Debug, Deserialize)]
pub(crate) struct Property {
    pub(crate) description: Option<String>,
    #[serde(flatten)]
    pub(crate) is: Type,
}

#[derive(Debug, Deserialize)]
#[serde(tag = "type", rename_all = "camelCase")]
pub(crate) enum Type {
    Boolean,
    Integer {
        minimum: Option<i64>,
        maximum: Option<i64>,
        default: Option<i64>,
        #[serde(rename = "enum", default)]
        values: Vec<i64>,
    },
    String {
        #[serde(rename = "const")]
        value: Option<String>,
        #[serde(rename = "enum", default)]
        values: Vec<String>,
        #[serde(rename = "knownValues", default)]
        known: Vec<String>,
        default: Option<String>,
    },
    Unknown,
    Array {
        items: Box<Type>,
        #[serde(rename = "maxLength")]
        most: Option<u64>,
    },
    Ref {
        #[serde(rename = "ref")]
        to: String,
    },
    Object(Object),
}

/// The entries of a JSON object as they stand in the file.
#[derive(Debug)]
pub(crate) struct InOrder<T>(pub(crate) Vec<(String, T)>);

impl<T> Default for InOrder<T> {
    fn default() -> InOrder<T> {
        InOrder(Vec::new())
    }
}

impl<'de, T: Deserialize<'de>> Deserialize<'de> for InOrder<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<InOrder<T>, D::Error> {
        struct Entries<T>(PhantomData<T>);
        impl<'de, T: Deserialize<'de>> Visitor<'de> for Entries<T> {
            type Value = InOrder<T>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an object")
            }

            fn visit_map<M: MapAccess<'de>>(self, mut map: M) -> Result<InOrder<T>, M::Error> {
                let mut entries = Vec::new();
                while let Some(entry) = map.next_entry()? {
                    entries.push(entry);
                }
                Ok(InOrder(entries))
            }
        }
        deserializer.deserialize_map(Entries(PhantomData))
    }
}

/// The lexicons below a folder, by id.
pub(crate) fn lexicons_below<D: DeserializeOwned>(
    folder: &Path,
) -> Result<BTreeMap<String, Lexicon<D>>, Box<dyn Error>> {
    let mut lexicons = BTreeMap::new();
    for file in json_files(folder)? {
        let lexicon: Lexicon<D> =
            serde_json::from_slice(&fs::read(&file)?).map_err(|e| format!("{}: {e}", file.display()))?;
        let path = lexicon.id.replace('.', "/") + ".json";
        if !file.ends_with(&path) {
            return Err(format!("{}: id {} belongs in {path}", file.display(), lexicon.id).into());
        }
        lexicons.insert(lexicon.id.clone(), lexicon);
    }
    Ok(lexicons)
}

fn json_files(folder: &Path) -> std::io::Result<Vec<PathBuf>> {
    let mut files = Vec::new();
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        if path.is_dir() {
            files.extend(json_files(&path)?);
        } else if path.extension().is_some_and(|ext| ext == "json") {
            files.push(path);
        }
    }
    Ok(files)
}
