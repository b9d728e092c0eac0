//! Which files of some folders have changed.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::thread;
use std::time::{Duration, SystemTime};

/// A few dozen files are looked at in less than a millisecond.
const LOOK_AGAIN: Duration = Duration::from_millis(150);

/// What builds leave behind, and what nobody edits there. Names that begin with a dot are passed over too.
const PASSED_OVER: [&str; 3] = ["build", "node_modules", "target"];

/// Folders whose files are looked at again and again: that works on every file system, over a network too.
#[derive(Debug)]
pub struct Watch {
    folders: Vec<PathBuf>,
}

/// The state of all files at one moment.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Seen(BTreeMap<PathBuf, (SystemTime, u64)>);

impl Watch {
    /// Watches the folders with all that is below them.
    pub fn new<'a>(folders: impl IntoIterator<Item = &'a PathBuf>) -> Self {
        Self { folders: folders.into_iter().cloned().collect() }
    }

    /// How the files are now.
    pub fn look(&self) -> Seen {
        let mut found = BTreeMap::new();
        for folder in &self.folders {
            walk(folder, &mut found);
        }
        Seen(found)
    }

    /// Takes the files of that name as they are now: what a build writes itself is no change.
    pub fn overlook(&self, seen: &mut Seen, name: &str) {
        let named = |path: &PathBuf| path.file_name().is_some_and(|file| file == name);
        seen.0.retain(|path, _| !named(path));
        seen.0.extend(self.look().0.into_iter().filter(|(path, _)| named(path)));
    }

    /// Waits until files differ from how they were `seen`, and no more while it looks again: editors write several at
    /// once. Gives them relative to their folder.
    pub fn wait(&self, seen: &Seen) -> Vec<String> {
        let mut last = self.look();
        loop {
            thread::sleep(LOOK_AGAIN);
            let now = self.look();
            let changed = self.difference(seen, &now);
            if !changed.is_empty() && now == last {
                return changed;
            }
            last = now;
        }
    }

    /// New, gone and altered files.
    fn difference(&self, before: &Seen, now: &Seen) -> Vec<String> {
        let gone = before.0.keys().filter(|path| !now.0.contains_key(*path));
        let other =
            now.0.iter().filter(|(path, state)| before.0.get(*path) != Some(state)).map(|(path, _)| path);
        gone.chain(other).map(|path| self.shown(path)).collect()
    }

    fn shown(&self, path: &Path) -> String {
        let below = self.folders.iter().find_map(|folder| path.strip_prefix(folder).ok());
        below.unwrap_or(path).display().to_string()
    }
}

/// What can't be read is not there.
fn walk(folder: &Path, found: &mut BTreeMap<PathBuf, (SystemTime, u64)>) {
    for entry in fs::read_dir(folder).into_iter().flatten().flatten() {
        let (path, name) = (entry.path(), entry.file_name());
        let name = name.to_string_lossy();
        let Ok(metadata) = entry.metadata() else { continue };
        if name.starts_with('.') {
            continue;
        }
        if metadata.is_dir() {
            if !PASSED_OVER.contains(&name.as_ref()) {
                walk(&path, found);
            }
        } else if let Ok(modified) = metadata.modified() {
            found.insert(path, (modified, metadata.len()));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    struct Folder(tempfile::TempDir);

    impl Folder {
        fn write(&self, place: &str, text: &str) {
            let path = self.0.path().join(place);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, text).unwrap();
        }
    }

    #[test]
    fn new_gone_and_altered_files() {
        let folder = Folder(tempfile::tempdir().unwrap());
        let root = folder.0.path().to_owned();
        for (place, text) in
            [("Cargo.toml", "1"), ("src/lib.rs", "1"), ("src/old.rs", "1"), ("Cargo.lock", "1")]
        {
            folder.write(place, text);
        }
        let watch = Watch::new([&root]);
        let mut seen = watch.look();
        assert_eq!(watch.difference(&seen, &watch.look()), Vec::<String>::new());

        for place in [
            "target/debug/x",
            "build/index.js",
            "build/draft/index.js",
            ".git/HEAD",
            "src/.lib.rs.swp",
            "node_modules/a",
        ] {
            folder.write(place, "made by tools");
        }
        assert_eq!(watch.difference(&seen, &watch.look()), Vec::<String>::new());

        folder.write("src/lib.rs", "22");
        folder.write("src/deep/new.rs", "1");
        folder.write("Cargo.lock", "22");
        fs::remove_file(root.join("src/old.rs")).unwrap();
        assert_eq!(
            watch.difference(&seen, &watch.look()),
            ["src/old.rs", "Cargo.lock", "src/deep/new.rs", "src/lib.rs"]
        );
        watch.overlook(&mut seen, "Cargo.lock");
        assert_eq!(watch.wait(&seen), ["src/old.rs", "src/deep/new.rs", "src/lib.rs"]);
    }

    #[test]
    fn the_same_length_at_another_time_is_a_change() {
        let folder = Folder(tempfile::tempdir().unwrap());
        let root = folder.0.path().to_owned();
        folder.write("src/lib.rs", "1");
        let watch = Watch::new([&root]);
        let seen = watch.look();
        let file = fs::File::options().write(true).open(root.join("src/lib.rs")).unwrap();
        file.set_modified(SystemTime::UNIX_EPOCH).unwrap();
        assert_eq!(watch.difference(&seen, &watch.look()), ["src/lib.rs"]);
    }
}
