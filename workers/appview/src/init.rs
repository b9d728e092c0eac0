//! `init`: brings the database to this code's schema.

use at_run::{Context, Error, Json, NoInput, Result};
use serde::Serialize;
use streamhut_hrana::Repeat;
use streamhut_index::{IndexError, schema};

use crate::{
    auth::{caller, milliseconds},
    database::{Db, index_error},
    method,
};

/// How often a migration that another call does at the same time is looked at again.
const ROUNDS: usize = 5;

#[derive(Serialize)]
pub(crate) struct Initialised {
    /// The schema's version before.
    from: u32,
    /// And now.
    version: u32,
}

pub(crate) async fn init(ctx: Context, _: NoInput) -> Result<Json<Initialised>> {
    let db = Db::open(&ctx)?;
    caller(&ctx, &db, method::INIT).await?.must_be_operator()?;
    let mut first = version(&db).await?;
    let from = first;
    for _ in 0..ROUNDS {
        let migrations = schema::migrate(first, milliseconds(ctx.now())).map_err(index_error)?;
        if migrations.is_empty() {
            return Ok(Json(Initialised { from, version: first }));
        }
        for migration in migrations {
            match db.write(&migration, Repeat::Once).await {
                Ok(_) => {}
                // Another call does the same: what it did is seen with the next look.
                Err(IndexError::Db(error)) if schema::is_lost_race(&error) || error.is_passing() => break,
                Err(error) => return Err(index_error(error)),
            }
        }
        first = version(&db).await?;
    }
    Err(Error::unavailable("the schema changes under our hands", 5))
}

async fn version(db: &Db) -> Result<u32> {
    let answer = match db.query(&schema::version()).await {
        Ok(rows) => Ok(rows),
        Err(IndexError::Db(error)) => Err(error),
        Err(IndexError::OlderSchema { found, .. }) => return Ok(found),
        Err(error) => return Err(index_error(error)),
    };
    schema::read_version(answer).map_err(index_error)
}
