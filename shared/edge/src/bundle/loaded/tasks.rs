//! `ctx.tasks()` behind a runner.

use std::rc::Rc;

use at_run::{Error, TaskStatus, TasksPort};
use futures_util::{FutureExt, future::LocalBoxFuture};
use serde::Deserialize;

use super::{Ask, Host, encoded};

pub(super) struct HostTasks(pub(super) Rc<Host>);

#[derive(Deserialize)]
struct Enqueued {
    id: String,
}

impl TasksPort for HostTasks {
    fn enqueue(
        &self,
        name: String,
        input: String,
        delay_ms: u64,
    ) -> LocalBoxFuture<'_, Result<String, Error>> {
        async move {
            let mut ask = Ask::new("POST", format!("/tasks/{}?delayMs={delay_ms}", encoded(&name)));
            ask.headers.push(("content-type", "application/json".to_owned()));
            ask.body = Some(input.as_bytes());
            let enqueued: Enqueued = self.0.ask_well(ask).await?.json().await?;
            Ok(enqueued.id)
        }
        .boxed_local()
    }

    fn status(&self, id: String) -> LocalBoxFuture<'_, Result<Option<TaskStatus>, Error>> {
        async move {
            let answer = self.0.ask(Ask::new("GET", format!("/tasks/{}", encoded(&id)))).await?;
            match answer.status() {
                404 => {
                    answer.discard();
                    Ok(None)
                }
                _ if answer.succeeded() => answer.json().await.map(Some),
                _ => Err(answer.trouble().await),
            }
        }
        .boxed_local()
    }
}
