use streamhut_hrana::{Statement, Value};

use super::cursor::Place;
use super::highlight::{CLOSE, ELLIPSIS, OPEN};
use super::page::COLUMNS;
use super::query::{Plan, Query, Sort};
use crate::IndexError;

/// Matches of a search that are ranked or sorted.
pub const MAX_MATCHES: u32 = 20_000;
/// Words of a snippet.
const SNIPPET_WORDS: u32 = 24;

/// What readers may see; `hidden` follows `shown` after a while and is there for the indices' sake.
const VISIBLE: &str = "v.hidden = 0 AND c.shown AND v.born <= c.generation AND v.died > c.generation";

/// The statement that reads a page, and one row more.
///
/// # Errors
/// [`IndexError::Limit`], [`IndexError::Cursor`], [`IndexError::OtherQuery`].
pub fn list(query: &Query) -> Result<Statement, IndexError> {
    let plan = Plan::of(query)?;
    let mut sql = Sql::default();
    match &plan.words {
        None => browse(&plan, &mut sql),
        Some(words) => match words.expression() {
            Some(expression) => search(&plan, &expression, &mut sql),
            None => sql.text = format!("SELECT 0, 0, {COLUMNS} FROM videos AS v, creators AS c WHERE 0"),
        },
    }
    Ok(Statement { sql: sql.text, args: sql.args })
}

/// SQL in the making: text, and the arguments that its placeholders stand for.
#[derive(Default)]
struct Sql {
    text: String,
    args: Vec<Value>,
}

impl Sql {
    /// The placeholder of a new argument.
    fn bind(&mut self, value: impl Into<Value>) -> String {
        self.args.push(value.into());
        format!("?{}", self.args.len())
    }

    fn push(&mut self, text: &str) {
        self.text.push_str(text);
    }
}

/// The column of an order, and whether it falls.
fn order(sort: Sort) -> (&'static str, bool) {
    match sort {
        Sort::Longest => ("duration_ms", true),
        Sort::Oldest => ("created_ms", false),
        Sort::Newest | Sort::Relevance => ("created_ms", true),
    }
}

/// Along an index, from the cursor on.
fn browse(plan: &Plan, sql: &mut Sql) {
    let (key, falls) = order(plan.sort);
    let name = if key == "duration_ms" { "longest" } else { "newest" };
    // Whose columns are ordered by.
    let by = match (&plan.creator, &plan.tag) {
        (None, Some(_)) => "t",
        _ => "v",
    };
    sql.push(&format!("SELECT {by}.{key}, {by}.tie, {COLUMNS} FROM "));
    match by {
        "t" if name == "longest" => {
            sql.push(
                "video_tags AS t INDEXED BY video_tags_longest CROSS JOIN videos AS v ON v.id = t.video",
            );
        }
        "t" => sql.push("video_tags AS t CROSS JOIN videos AS v ON v.id = t.video"),
        _ if plan.creator.is_some() => sql.push(&format!("videos AS v INDEXED BY videos_of_{name}")),
        _ => sql.push(&format!("videos AS v INDEXED BY videos_{name}")),
    }
    sql.push(&format!(" CROSS JOIN creators AS c ON c.id = v.creator WHERE {VISIBLE}"));
    if by == "t" {
        let tag = sql.bind(plan.tag.clone());
        sql.push(&format!(" AND t.tag = {tag}"));
    }
    filter(plan, by, key, sql);
    if let Some(Place { key: at, tie }) = plan.after {
        let (at, tie) = (sql.bind(at), sql.bind(tie));
        let beyond = if falls { "<" } else { ">" };
        sql.push(&format!(" AND ({by}.{key}, {by}.tie) {beyond} ({at}, {tie})"));
    }
    let direction = if falls { "DESC" } else { "ASC" };
    let limit = sql.bind(plan.limit + 1);
    sql.push(&format!(" ORDER BY {by}.{key} {direction}, {by}.tie {direction} LIMIT {limit}"));
}

/// Filters other than the one whose index is walked along, which is that of `by` (`v` or `t`) and `key`.
fn filter(plan: &Plan, by: &str, key: &str, sql: &mut Sql) {
    if let Some(did) = &plan.creator {
        let did = sql.bind(did.as_str());
        sql.push(&format!(" AND v.creator = (SELECT id FROM creators WHERE did = {did})"));
    }
    if let Some(tag) = plan.tag.as_ref().filter(|_| by == "v") {
        let tag = sql.bind(tag.as_str());
        sql.push(&format!(
            " AND EXISTS (SELECT 1 FROM video_tags AS t WHERE t.tag = {tag} AND t.created_ms = v.created_ms
                AND t.tie = v.tie AND t.video = v.id)"
        ));
    }
    // Unless it is walked along, an index of durations is none to begin at: all that it gives would have to be sorted.
    let duration =
        if key == "duration_ms" { format!("{by}.duration_ms") } else { format!("+{by}.duration_ms") };
    if let Some(min) = plan.min_duration_ms {
        let min = sql.bind(min);
        sql.push(&format!(" AND {duration} >= {min}"));
    }
    // A cursor in the order of durations is the narrower bound: with two of them, the index would begin at either.
    if let Some(max) = plan.max_duration_ms.filter(|_| key != "duration_ms" || plan.after.is_none()) {
        let max = sql.bind(max);
        sql.push(&format!(" AND {duration} <= {max}"));
    }
}

/// What matches, in order; then once more along all matches, for the marks of highlights around the page's videos. (To
/// ask for each of these by its `rowid` would look up all words anew each time: hence the `+`.)
fn search(plan: &Plan, expression: &str, sql: &mut Sql) {
    let words = sql.bind(expression);
    let ranked = plan.sort == Sort::Relevance;
    // Whole numbers are exact on every way; bm25 is negative, the best being the least.
    let score = if ranked { "CAST(rank * 1000000000 AS INTEGER)" } else { "0" };
    sql.push(&format!(
        "WITH matches AS MATERIALIZED (
            SELECT rowid AS id, {score} AS score FROM videos_fts WHERE videos_fts MATCH {words}
            ORDER BY rowid DESC LIMIT {MAX_MATCHES}
        ), hits AS MATERIALIZED (SELECT id, score FROM matches ORDER BY score, id LIMIT -1
        ), found AS MATERIALIZED ("
    ));
    if ranked {
        // In the order of `hits`: what comes after the page is not looked at.
        sql.push(&format!(
            "SELECT h.score AS key, h.id AS tie, h.id FROM hits AS h CROSS JOIN videos AS v ON v.id = h.id
             CROSS JOIN creators AS c ON c.id = v.creator WHERE {VISIBLE}"
        ));
        filter(plan, "v", "score", sql);
        if let Some(Place { key, tie }) = plan.after {
            // Scores move a little with every video that is indexed: where the last one of the page before stands now is
            // what counts, if it is still there.
            let (score, id) = (sql.bind(key), sql.bind(tie));
            sql.push(&format!(
                " AND (h.score, h.id) > (coalesce((SELECT score FROM hits WHERE id = {id}), {score}), {id})"
            ));
        }
        let limit = sql.bind(plan.limit + 1);
        sql.push(&format!(" LIMIT {limit}"));
    } else {
        let (key, falls) = order(plan.sort);
        sql.push(&format!(
            "SELECT v.{key} AS key, v.tie, v.id FROM hits AS h CROSS JOIN videos AS v ON v.id = h.id
             CROSS JOIN creators AS c ON c.id = v.creator WHERE {VISIBLE}"
        ));
        filter(plan, "v", "score", sql);
        if let Some(Place { key: at, tie }) = plan.after {
            let (at, tie) = (sql.bind(at), sql.bind(tie));
            let beyond = if falls { "<" } else { ">" };
            sql.push(&format!(" AND (v.{key}, v.tie) {beyond} ({at}, {tie})"));
        }
        let direction = if falls { "DESC" } else { "ASC" };
        let limit = sql.bind(plan.limit + 1);
        sql.push(&format!(" ORDER BY v.{key} {direction}, v.tie {direction} LIMIT {limit}"));
    }
    let (open, close, ellipsis) =
        (sql.bind(OPEN.to_string()), sql.bind(CLOSE.to_string()), sql.bind(ELLIPSIS.to_string()));
    sql.push(&format!(
        ") SELECT f.key, f.tie, {COLUMNS}, highlight(videos_fts, 0, {open}, {close}),
            snippet(videos_fts, 1, {open}, {close}, {ellipsis}, {SNIPPET_WORDS})
        FROM videos_fts CROSS JOIN found AS f ON f.id = +videos_fts.rowid
        CROSS JOIN videos AS v ON v.id = f.id CROSS JOIN creators AS c ON c.id = v.creator
        WHERE videos_fts MATCH {words}
            AND videos_fts.rowid BETWEEN (SELECT min(id) FROM found) AND (SELECT max(id) FROM found)"
    ));
}
