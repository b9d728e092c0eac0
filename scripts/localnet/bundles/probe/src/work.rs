//! Work that is done once, later, or by the clock.

use at_run::{BlobError, Context, Error, Json, Put, Result, TaskStatus};
use serde::{Deserialize, Serialize};

use crate::setting;

/// Most bytes of what these keep.
const MAX_READ: usize = 1 << 16;

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Flight {
    key: String,
    /// Asked by whoever does the work; its answer is what is made.
    url: String,
    ttl_ms: Option<u64>,
    wait_ms: Option<u64>,
}

#[derive(Serialize)]
pub(crate) struct Landed {
    text: String,
    /// Whether this call did the work itself.
    made: bool,
}

/// One call does the work for a key, the others wait and find what it made, under `flights/{key}`.
pub(crate) async fn flight(ctx: Context, input: Flight) -> Result<Json<Landed>> {
    let place = format!("flights/{}", input.key);
    let check = async || {
        let Some(blob) = ctx.blobs().get(&place).await? else { return Ok(None) };
        let text = String::from_utf8_lossy(&blob.bytes(MAX_READ).await?).into_owned();
        Ok(Some(Landed { text, made: false }))
    };
    let work = async || {
        let text = ctx.http().get(&input.url).send().await?.text();
        ctx.blobs().put(&place, text.clone()).await?;
        Ok(Landed { text, made: true })
    };
    let mut flight = ctx.single_flight(&input.key);
    if let Some(ms) = input.ttl_ms {
        flight = flight.ttl_ms(ms);
    }
    if let Some(ms) = input.wait_ms {
        flight = flight.wait_ms(ms);
    }
    Ok(Json(flight.run(check, work).await?))
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Order {
    /// `count` unless said.
    task: Option<String>,
    input: Option<serde_json::Value>,
    #[serde(default)]
    delay_ms: u64,
}

#[derive(Serialize)]
pub(crate) struct Ordered {
    id: String,
}

pub(crate) async fn enqueue(ctx: Context, order: Order) -> Result<Json<Ordered>> {
    let task = order.task.as_deref().unwrap_or("count");
    Ok(Json(Ordered { id: ctx.tasks().enqueue_in(order.delay_ms, task, &order.input).await? }))
}

#[derive(Deserialize)]
pub(crate) struct Id {
    id: String,
}

pub(crate) async fn task_status(ctx: Context, Id { id }: Id) -> Result<Json<Option<TaskStatus>>> {
    Ok(Json(ctx.tasks().status(&id).await?))
}

#[derive(Deserialize)]
pub(crate) struct Count {
    key: String,
    /// How many attempts are to fail.
    #[serde(default)]
    fail: u32,
    /// Asked before it counts, so that a test can hold it.
    url: Option<String>,
}

/// Adds one to the number stored under `counts/{key}`.
pub(crate) async fn count(ctx: Context, input: Count) -> Result<String> {
    if let Some(url) = &input.url {
        ctx.http().get(url).deadline_ms(60_000).send().await?;
    }
    if ctx.attempt() <= input.fail {
        return Err(Error::new(500, "ToldToFail", format!("attempt {} was told to fail", ctx.attempt())));
    }
    let counted = add_one(&ctx, &format!("counts/{}", input.key)).await?;
    Ok(format!("{} is {counted}", input.key))
}

/// Adds one to the number stored under `ticks`, after asking `TICK_URL` when that is set.
pub(crate) async fn tick(ctx: Context) -> Result<String> {
    if let Some(url) = ctx.config(setting::TICK_URL) {
        let answer = ctx.http().get(url).deadline_ms(60_000).send().await?;
        if answer.status() >= 400 {
            return Err(Error::upstream(format!("the clock's URL answered {}", answer.status())));
        }
    }
    Ok(format!("tick {}", add_one(&ctx, "ticks").await?))
}

/// A conditional put each time, so that two at once are both counted.
async fn add_one(ctx: &Context, key: &str) -> Result<u64> {
    for _ in 0..20 {
        let (number, put) = match ctx.blobs().get(key).await? {
            None => (0, Put::new().if_absent()),
            Some(blob) => {
                let put = Put::new().if_match(&blob.info.etag);
                (blob.json::<u64>(MAX_READ).await?, put)
            }
        };
        match ctx.blobs().put_with(key, (number + 1).to_string(), put).await {
            Ok(_) => return Ok(number + 1),
            Err(BlobError::PreconditionFailed { .. }) => {}
            Err(error) => return Err(error.into()),
        }
    }
    Err(Error::unavailable(format!("`{key}` is counted by too many at once"), 1))
}
