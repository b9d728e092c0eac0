//! `shareVideo`, `shareCreator`, `embed` and `getShareHead`: what links look like on other people's sites.

mod embeds;
mod errors;
mod heads;
mod kept;

use at_run::testing::Answer;
use serde_json::json;

use crate::{
    markup::{Document, parse},
    stage::*,
};

fn video() -> Video {
    Video::new("a")
        .with(json!({"title": "Paper Mountains", "description": "Seven ridges.\n\n0:00 Far\n0:07 Near"}))
}

fn share(video: &Video) -> String {
    format!("shareVideo?{}", video.query())
}

fn document(answer: &Answer) -> Document {
    assert_eq!(answer.header("content-type"), Some("text/html; charset=utf-8"), "{}", answer.text());
    parse(&answer.text())
}
