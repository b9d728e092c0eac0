//! The first version: creators, their videos, tags, full text, and what jobs keep.

/// One statement each, in their order.
pub(super) const STATEMENTS: &[&str] = &[
    CREATORS,
    CREATORS_DUE,
    CREATORS_UNTIDY,
    VIDEOS,
    "CREATE INDEX videos_newest ON videos (created_ms, tie) WHERE hidden = 0",
    "CREATE INDEX videos_longest ON videos (duration_ms, tie) WHERE hidden = 0",
    "CREATE INDEX videos_of_newest ON videos (creator, created_ms, tie) WHERE hidden = 0",
    "CREATE INDEX videos_of_longest ON videos (creator, duration_ms, tie) WHERE hidden = 0",
    VIDEOS_STAGED,
    VIDEOS_DYING,
    VIDEO_TAGS,
    "CREATE INDEX video_tags_longest ON video_tags (tag, duration_ms, tie, video)",
    VIDEOS_FTS,
    "INSERT INTO videos_fts (videos_fts, rank) VALUES ('rank', 'bm25(10.0, 2.0, 5.0, 4.0)')",
    VIDEO_ADDED,
    VIDEO_REMOVED,
    VIDEO_REWORDED,
    VIDEO_RETAGGED,
    SYNC_RUNS,
    "CREATE INDEX sync_runs_newest ON sync_runs (started_ms)",
    "CREATE TABLE stream_cursors (name TEXT PRIMARY KEY, cursor INTEGER NOT NULL, at_ms INTEGER NOT NULL) STRICT",
    USED_TOKENS,
    "CREATE INDEX used_tokens_expiry ON used_tokens (expires_ms)",
];

/// `rev` is the repository's at the last whole sync. `generation`, `fence` and `staging_ms` are explained in
/// [`crate::sync`], `untidy` in [`crate::tidy`].
const CREATORS: &str = "
CREATE TABLE creators (
    id INTEGER PRIMARY KEY,
    did TEXT NOT NULL UNIQUE,
    handle TEXT,
    display_name TEXT,
    avatar TEXT,
    description TEXT,
    pds TEXT,
    rev TEXT,
    state TEXT NOT NULL DEFAULT 'active'
        CHECK (state IN ('active', 'failed', 'deactivated', 'takendown', 'deleted')),
    registered INTEGER NOT NULL DEFAULT 0 CHECK (registered IN (0, 1)),
    discovered INTEGER NOT NULL DEFAULT 0 CHECK (discovered IN (0, 1)),
    records INTEGER NOT NULL DEFAULT 0,
    added_ms INTEGER NOT NULL,
    last_sync_ms INTEGER,
    next_sync_ms INTEGER NOT NULL DEFAULT 0,
    failures INTEGER NOT NULL DEFAULT 0,
    last_error TEXT,
    generation INTEGER NOT NULL DEFAULT 0,
    fence TEXT NOT NULL DEFAULT '',
    staging_ms INTEGER,
    untidy INTEGER NOT NULL DEFAULT 0,
    shown INTEGER NOT NULL GENERATED ALWAYS AS
        (state IN ('active', 'failed') AND registered + discovered > 0) VIRTUAL,
    names TEXT NOT NULL GENERATED ALWAYS AS
        (trim(coalesce(display_name, '') || ' ' || coalesce(handle, ''))) VIRTUAL
) STRICT";

const CREATORS_DUE: &str = "
CREATE INDEX creators_due ON creators (next_sync_ms) WHERE registered + discovered > 0";

const CREATORS_UNTIDY: &str = "CREATE INDEX creators_untidy ON creators (id) WHERE untidy > 0";

/// A row is one version of a record: there for readers from generation `born` on, and until `died`. `tie` orders what
/// is of one time, and stays over edits. `duration_ms` is 0 when unknown. `made_by` is the record's creator where that
/// is not the repository's owner. `record` comes last: lists never read that far.
const VIDEOS: &str = "
CREATE TABLE videos (
    id INTEGER PRIMARY KEY,
    creator INTEGER NOT NULL REFERENCES creators (id),
    rkey TEXT NOT NULL,
    cid TEXT NOT NULL,
    born INTEGER NOT NULL,
    died INTEGER NOT NULL DEFAULT 9223372036854775807,
    hidden INTEGER NOT NULL,
    tie INTEGER NOT NULL,
    duration_ms INTEGER NOT NULL,
    created_ms INTEGER NOT NULL,
    indexed_ms INTEGER NOT NULL,
    created_at TEXT NOT NULL,
    made_by TEXT,
    source TEXT NOT NULL,
    thumb TEXT,
    tags TEXT NOT NULL,
    tag_keys TEXT NOT NULL,
    warnings TEXT NOT NULL,
    names TEXT NOT NULL,
    title TEXT NOT NULL,
    description TEXT,
    record TEXT NOT NULL,
    UNIQUE (creator, rkey, born)
) STRICT";

const VIDEOS_STAGED: &str = "CREATE INDEX videos_staged ON videos (creator, born) WHERE born > 0";

const VIDEOS_DYING: &str = "
CREATE INDEX videos_dying ON videos (creator, died) WHERE died < 9223372036854775807";

/// What can be listed by tag; `tag` in lower case.
const VIDEO_TAGS: &str = "
CREATE TABLE video_tags (
    tag TEXT NOT NULL,
    created_ms INTEGER NOT NULL,
    tie INTEGER NOT NULL,
    duration_ms INTEGER NOT NULL,
    video INTEGER NOT NULL,
    PRIMARY KEY (tag, created_ms, tie, video)
) STRICT, WITHOUT ROWID";

/// External content: the words stand in `videos` already, `highlight` and `snippet` need them, and a deletion that
/// tells the old words leaves an exact index. A contentless table has no highlights. The index of beginnings (`prefix`)
/// is for the last word of a search, as it is typed: short ones begin a great many words.
const VIDEOS_FTS: &str = "
CREATE VIRTUAL TABLE videos_fts USING fts5 (
    title, description, tags, names,
    content = 'videos', content_rowid = 'id', tokenize = 'unicode61 remove_diacritics 2', prefix = '2 3'
)";

/// `records` counts what readers see. Rows that are staged are counted when they are published.
const VIDEO_ADDED: &str = "
CREATE TRIGGER video_added AFTER INSERT ON videos BEGIN
    INSERT INTO videos_fts (rowid, title, description, tags, names)
        VALUES (new.id, new.title, new.description, new.tags, new.names);
    INSERT INTO video_tags (tag, created_ms, tie, duration_ms, video)
        SELECT DISTINCT value, new.created_ms, new.tie, new.duration_ms, new.id FROM json_each(new.tag_keys)
        WHERE new.hidden = 0;
    UPDATE creators SET records = records + 1 WHERE id = new.creator AND new.born <= generation;
END";

const VIDEO_REMOVED: &str = "
CREATE TRIGGER video_removed AFTER DELETE ON videos BEGIN
    INSERT INTO videos_fts (videos_fts, rowid, title, description, tags, names)
        VALUES ('delete', old.id, old.title, old.description, old.tags, old.names);
    DELETE FROM video_tags WHERE tag IN (SELECT value FROM json_each(old.tag_keys))
        AND created_ms = old.created_ms AND tie = old.tie AND video = old.id;
    UPDATE creators SET records = records - 1
        WHERE id = old.creator AND old.born <= generation AND old.died > generation;
END";

const VIDEO_REWORDED: &str = "
CREATE TRIGGER video_reworded AFTER UPDATE OF title, description, tags, names ON videos
WHEN (old.title, old.description, old.tags, old.names) IS NOT (new.title, new.description, new.tags, new.names)
BEGIN
    INSERT INTO videos_fts (videos_fts, rowid, title, description, tags, names)
        VALUES ('delete', old.id, old.title, old.description, old.tags, old.names);
    INSERT INTO videos_fts (rowid, title, description, tags, names)
        VALUES (new.id, new.title, new.description, new.tags, new.names);
END";

const VIDEO_RETAGGED: &str = "
CREATE TRIGGER video_retagged AFTER UPDATE OF tag_keys, created_ms, tie, duration_ms, hidden ON videos
WHEN (old.tag_keys, old.created_ms, old.tie, old.duration_ms, old.hidden)
    IS NOT (new.tag_keys, new.created_ms, new.tie, new.duration_ms, new.hidden)
BEGIN
    DELETE FROM video_tags WHERE tag IN (SELECT value FROM json_each(old.tag_keys))
        AND created_ms = old.created_ms AND tie = old.tie AND video = old.id;
    INSERT INTO video_tags (tag, created_ms, tie, duration_ms, video)
        SELECT DISTINCT value, new.created_ms, new.tie, new.duration_ms, new.id FROM json_each(new.tag_keys)
        WHERE new.hidden = 0;
END";

const SYNC_RUNS: &str = "
CREATE TABLE sync_runs (
    id TEXT PRIMARY KEY,
    kind TEXT NOT NULL,
    started_ms INTEGER NOT NULL,
    finished_ms INTEGER NOT NULL,
    creators INTEGER NOT NULL,
    unchanged INTEGER NOT NULL,
    failed INTEGER NOT NULL,
    created INTEGER NOT NULL,
    updated INTEGER NOT NULL,
    deleted INTEGER NOT NULL,
    refused INTEGER NOT NULL,
    requests INTEGER NOT NULL,
    error TEXT
) STRICT";

const USED_TOKENS: &str = "
CREATE TABLE used_tokens (
    issuer TEXT NOT NULL,
    jti TEXT NOT NULL,
    expires_ms INTEGER NOT NULL,
    PRIMARY KEY (issuer, jti)
) STRICT, WITHOUT ROWID";
