//! `getStats`: what the index has, and how it fares.

use at_run::{Cache, Context, Json, NoInput, Result};
use serde::Serialize;
use streamhut_index::{
    runs::{self, Run},
    stats::{self, Stats},
};

use crate::{
    auth::milliseconds,
    database::{Db, index_error},
};

const RUNS: u32 = 10;

#[derive(Serialize)]
pub(crate) struct Answer {
    #[serde(flatten)]
    stats: Stats,
    /// The last runs, newest first.
    runs: Vec<Run>,
}

pub(crate) async fn get_stats(ctx: Context, _: NoInput) -> Result<(Cache, Json<Answer>)> {
    let statements = vec![stats::stats(milliseconds(ctx.now())), runs::latest(RUNS)];
    let rows = Db::open(&ctx)?.read_all(statements).await.map_err(index_error)?;
    let [numbers, runs] = rows.as_slice() else {
        return Err(index_error(streamhut_index::IndexError::Outdated));
    };
    let stats = stats::read(numbers).map_err(index_error)?;
    let runs = runs::read(runs).map_err(index_error)?;
    Ok((Cache::public(10), Json(Answer { stats, runs })))
}
