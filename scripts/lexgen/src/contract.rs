//! The parameters and outputs of endpoints, as TypeScript.
//!
//! `app.streamhut.vod.getVideo` gives `GetVideoParameters` and `GetVideoOutput`; a definition of a lexicon named
//! `defs` gives a type by its own name, one of another lexicon has that lexicon's name before it.

use std::{
    collections::{BTreeMap, BTreeSet},
    error::Error,
    path::Path,
};

use crate::{
    lexicon::{Definition, Lexicon, Object, Output, Query, Type, lexicons_below},
    typescript::{HEADER, capitalised, doc, key, literal},
};

type Lexicons = BTreeMap<String, Lexicon<Definition>>;

/// The types of all endpoints below a folder.
pub(crate) fn typescript(folder: &Path) -> Result<String, Box<dyn Error>> {
    Ok(written(&lexicons_below(folder)?)?)
}

fn written(lexicons: &Lexicons) -> Result<String, String> {
    let names = type_names(lexicons)?;
    let mut types = String::new();
    let mut endpoints = String::new();
    for (id, lexicon) in lexicons {
        let scope = Scope { id, names: &names };
        for (def, definition) in &lexicon.defs.0 {
            let name = type_name(id, def);
            match definition {
                Definition::Object(object) => types += &scope.interface(&name, object)?,
                Definition::Query(query) => {
                    types += &scope.endpoint_types(&name, query)?;
                    endpoints += &endpoint(last(id), &name, query);
                }
            }
        }
    }
    Ok(format!(
        "{HEADER}{types}\n/** Every endpoint by its name. `output` is what `json()`, `text()` or `blob()` of its answer gives. */\n\
         export interface Endpoints {{\n{endpoints}}}\n"
    ))
}

fn last(id: &str) -> &str {
    id.rsplit('.').next().unwrap_or(id)
}

fn type_name(id: &str, def: &str) -> String {
    match (last(id), def) {
        ("defs", def) => capitalised(def),
        (lexicon, "main") => capitalised(lexicon),
        (lexicon, def) => capitalised(lexicon) + &capitalised(def),
    }
}

/// `nsid#def` → the name of its type.
fn type_names(lexicons: &Lexicons) -> Result<BTreeMap<String, String>, String> {
    let mut names = BTreeMap::new();
    let mut taken = BTreeSet::new();
    for (id, lexicon) in lexicons {
        for (def, definition) in &lexicon.defs.0 {
            let name = type_name(id, def);
            let made = match definition {
                Definition::Object(_) => vec![name.clone()],
                Definition::Query(_) => vec![format!("{name}Parameters"), format!("{name}Output")],
            };
            for made in made {
                if !taken.insert(made.clone()) {
                    return Err(format!("{id}#{def}: there is a type {made} already"));
                }
            }
            if matches!(definition, Definition::Object(_)) {
                names.insert(format!("{id}#{def}"), name);
            }
        }
    }
    Ok(names)
}

/// Where a type stands, and what it may refer to.
struct Scope<'a> {
    id: &'a str,
    names: &'a BTreeMap<String, String>,
}

impl Scope<'_> {
    fn interface(&self, name: &str, object: &Object) -> Result<String, String> {
        let about = doc(object.description.as_deref().unwrap_or_default(), "");
        Ok(format!("\n{about}export interface {name} {}\n", self.object(object, "")?))
    }

    fn endpoint_types(&self, name: &str, query: &Query) -> Result<String, String> {
        let parameters = self.interface(&format!("{name}Parameters"), &query.parameters)?;
        let output = format!("{name}Output");
        let output = match &query.output {
            Output { schema: Some(Type::Object(object)), .. } => self.interface(&output, object)?,
            Output { schema: Some(schema), .. } => {
                format!("\nexport type {output} = {}\n", self.written(schema, "")?)
            }
            Output { schema: None, encoding } => {
                format!("\n/** `{encoding}` */\nexport type {output} = {}\n", body(encoding))
            }
        };
        Ok(parameters + &output)
    }

    fn object(&self, object: &Object, indent: &str) -> Result<String, String> {
        let names: BTreeSet<_> = object.properties.0.iter().map(|(name, _)| name.as_str()).collect();
        if let Some(name) = object.required.iter().find(|name| !names.contains(name.as_str())) {
            return Err(format!("{}: `{name}` is required and no property", self.id));
        }
        let inner = format!("{indent}  ");
        let mut out = String::from("{\n");
        for (name, property) in &object.properties.0 {
            let optional = if object.required.contains(name) { "" } else { "?" };
            let about = about(property.description.as_deref(), &property.is);
            out += &doc(&about, &inner);
            out += &format!("{inner}{}{optional}: {}\n", key(name), self.written(&property.is, &inner)?);
        }
        Ok(out + indent + "}")
    }

    fn written(&self, is: &Type, indent: &str) -> Result<String, String> {
        Ok(match is {
            Type::Boolean => "boolean".to_owned(),
            Type::Unknown => "unknown".to_owned(),
            Type::Integer { values, .. } if values.is_empty() => "number".to_owned(),
            Type::Integer { values, .. } => union(values.iter().map(i64::to_string)),
            Type::String { value: Some(value), .. } => literal(value),
            Type::String { values, .. } if !values.is_empty() => union(values.iter().map(|v| literal(v))),
            // Others may come; an editor still offers these.
            Type::String { known, .. } if !known.is_empty() => {
                union(known.iter().map(|v| literal(v)).chain(["(string & {})".to_owned()]))
            }
            Type::String { .. } => "string".to_owned(),
            Type::Array { items, .. } => {
                let items = self.written(items, indent)?;
                if items.contains(" | ") { format!("({items})[]") } else { items + "[]" }
            }
            Type::Ref { to } => self.named(to)?.to_owned(),
            Type::Object(object) => self.object(object, indent)?,
        })
    }

    fn named(&self, to: &str) -> Result<&str, String> {
        let full = if to.starts_with('#') { format!("{}{to}", self.id) } else { to.to_owned() };
        self.names.get(&full).map(String::as_str).ok_or_else(|| format!("{}: no object {full}", self.id))
    }
}

fn union(parts: impl Iterator<Item = String>) -> String {
    parts.collect::<Vec<_>>().join(" | ")
}

/// The description of a property, with what its type can't say in TypeScript.
fn about(description: Option<&str>, is: &Type) -> String {
    let mut parts: Vec<String> = description.map(str::to_owned).into_iter().collect();
    if let Type::Integer { minimum: Some(least), maximum: Some(most), .. } = is {
        parts.push(format!("{least} to {most}."));
    }
    match is {
        Type::Integer { default: Some(value), .. } => parts.push(format!("{value} unless given.")),
        Type::String { default: Some(value), .. } => parts.push(format!("`{value}` unless given.")),
        Type::Array { most: Some(most), .. } => parts.push(format!("At most {most}.")),
        _ => {}
    }
    parts.join(" ")
}

/// How a body of that media type reaches a script.
fn body(encoding: &str) -> &'static str {
    if encoding.starts_with("image/") { "Blob" } else { "string" }
}

fn endpoint(name: &str, of: &str, query: &Query) -> String {
    let errors = match query.errors.as_slice() {
        [] => "never".to_owned(),
        errors => union(errors.iter().map(|error| literal(&error.name))),
    };
    format!(
        "{}  {}: {{\n    parameters: {of}Parameters\n    output: {of}Output\n    error: {errors}\n  }}\n",
        doc(query.description.as_deref().unwrap_or_default(), "  "),
        key(name)
    )
}

#[cfg(test)]
mod tests;
