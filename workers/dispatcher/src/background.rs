//! What begins without a request: the clock's trigger, the queue's messages.

use at_run_edge::{WorkerTransport, background::Background, store::BucketStore};
use streamhut_runner::Fault;
use worker::{Context, Env, MessageBatch, ScheduleContext, ScheduledEvent, event};

use crate::{isolate, serve};

#[event(scheduled)]
async fn scheduled(event: ScheduledEvent, env: Env, _: ScheduleContext) {
    match background(env) {
        Ok(background) => background.trigger(event.schedule() as u64).await,
        Err(fault) => worker::console_error!("a trigger: {fault}"),
    }
}

#[event(queue)]
async fn queue(batch: MessageBatch<()>, env: Env, _: Context) -> worker::Result<()> {
    let background = background(env).map_err(|fault| worker::Error::RustError(fault.to_string()))?;
    background.consume(&batch).await;
    Ok(())
}

/// Nobody asked on any host, so the first of the runner's own stands for it: the runner that answers there is shared.
fn background(env: Env) -> Result<Background<WorkerTransport, BucketStore>, Fault> {
    let own = env.var("OWN_HOSTS").map(|hosts| hosts.to_string()).unwrap_or_default();
    let runner = isolate::runner(&env, own.split_whitespace().next().unwrap_or_default())?;
    Ok(Background { runner, env, request_id: serve::request_id })
}
