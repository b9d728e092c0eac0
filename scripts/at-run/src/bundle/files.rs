//! The files of a build folder, and nothing from outside of it.

use std::fs;
use std::path::Path;

use streamhut_release::{MAX_TOTAL_BYTES, ModuleType};

use super::File;
use crate::fault::Fault;

/// Reads `wanted` (path below `folder`, and type).
///
/// # Errors
/// `Fault::File` for a file that is missing, empty, a link, no plain file, or with the others above the cap of a
/// release, which is found before it is read.
pub fn read(folder: &Path, wanted: &[(&str, ModuleType)]) -> Result<Vec<File>, Fault> {
    if fs::symlink_metadata(folder).is_ok_and(|found| found.is_symlink()) {
        return Err(Fault::file(folder, "it is a symbolic link, and a release takes real files only"));
    }
    let mut left = MAX_TOTAL_BYTES;
    wanted
        .iter()
        .map(|(path, kind)| {
            let place = plain_place(folder, path)?;
            let size = fs::metadata(&place).map_err(|error| Fault::file(&place, error))?.len();
            if size == 0 {
                return Err(Fault::file(&place, "it is empty"));
            }
            left = left.checked_sub(size).ok_or_else(|| {
                Fault::file(
                    &place,
                    format!("with its {size} bytes the release passes the cap of {MAX_TOTAL_BYTES}"),
                )
            })?;
            let bytes = fs::read(&place).map_err(|error| Fault::file(&place, error))?;
            Ok(File { path: (*path).to_owned(), kind: *kind, bytes })
        })
        .collect()
}

/// Walks down from the folder and refuses what would lead out of it.
fn plain_place(folder: &Path, path: &str) -> Result<std::path::PathBuf, Fault> {
    let mut place = folder.to_owned();
    let mut parts = path.split('/').peekable();
    while let Some(part) = parts.next() {
        if part.is_empty() || part == "." || part == ".." {
            return Err(Fault::file(folder.join(path), "its path is not plain"));
        }
        place.push(part);
        let kind = fs::symlink_metadata(&place).map_err(|error| Fault::file(&place, error))?.file_type();
        if kind.is_symlink() {
            return Err(Fault::file(&place, "it is a symbolic link, and a release takes real files only"));
        }
        let last = parts.peek().is_none();
        if (last && !kind.is_file()) || (!last && !kind.is_dir()) {
            return Err(Fault::file(&place, "it is no plain file"));
        }
    }
    Ok(place)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bad_input_35_only_plain_files_of_the_folder() {
        let folder = tempfile::tempdir().unwrap();
        let build = folder.path().join("build");
        fs::create_dir_all(build.join("lib")).unwrap();
        fs::write(folder.path().join("secret"), "s").unwrap();
        fs::write(build.join("index.js"), "export default {}").unwrap();
        fs::write(build.join("lib/a.js"), "1").unwrap();
        fs::write(build.join("empty.js"), "").unwrap();
        fs::File::create(build.join("big.js")).unwrap().set_len(MAX_TOTAL_BYTES + 1).unwrap();
        #[cfg(unix)]
        {
            std::os::unix::fs::symlink("../secret", build.join("link.js")).unwrap();
            std::os::unix::fs::symlink("..", build.join("up")).unwrap();
            let linked = folder.path().join("linked");
            std::os::unix::fs::symlink("build", &linked).unwrap();
            let message = read(&linked, &[("index.js", ModuleType::Esm)]).unwrap_err().to_string();
            assert!(message.contains("symbolic link"), "{message}");
        }
        let one = |path: &str| read(&build, &[(path, ModuleType::Esm)]);
        assert_eq!(one("index.js").unwrap()[0].bytes, b"export default {}");
        assert_eq!(one("lib/a.js").unwrap()[0].path, "lib/a.js");
        for (path, expect) in [
            ("../secret", "not plain"),
            ("lib/../index.js", "not plain"),
            ("/etc/hostname", "not plain"),
            ("link.js", "symbolic link"),
            ("up/secret", "symbolic link"),
            ("lib", "no plain file"),
            ("empty.js", "empty"),
            ("big.js", "33554433 bytes"),
            ("missing.js", "missing.js"),
        ] {
            let message = one(path).unwrap_err().to_string();
            assert!(message.contains(expect), "{path}: {message}");
        }
        let both = [("index.js", ModuleType::Esm), ("big.js", ModuleType::Data)];
        assert!(read(&build, &both).is_err());
    }
}
