//! Tables of plain text.

/// Rows whose cells stand below one another, two spaces between them, each row indented by `indent`.
pub fn columns(indent: usize, rows: &[Vec<String>]) -> String {
    let width = |column: usize| {
        rows.iter()
            .filter_map(|row| row.get(column))
            .map(|cell| cell.chars().count())
            .max()
            .unwrap_or_default()
    };
    let lines = rows.iter().map(|row| {
        let cells = row.iter().enumerate().map(|(column, cell)| format!("{cell:<0$}", width(column)));
        let cells = cells.collect::<Vec<_>>().join("  ");
        format!("{:indent$}{}", "", cells.trim_end())
    });
    lines.collect::<Vec<_>>().join("\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cells_stand_below_one_another() {
        let rows = [vec!["a", "long one", "x"], vec!["äöü", "", "y"], vec!["b"]];
        let rows = rows.map(|row| row.into_iter().map(str::to_owned).collect::<Vec<_>>());
        assert_eq!(columns(2, &rows), "  a    long one  x\n  äöü            y\n  b");
        assert_eq!(columns(0, &[]), "");
    }
}
