//! `ctx.tasks()`.

use std::rc::Rc;

use serde::Serialize;

use crate::{Error, Result, TaskStatus, TasksPort};

/// Most bytes of a task's input, as JSON.
pub const MAX_TASK_INPUT: usize = 64 * 1024;

/// The bundle's background work.
///
/// ```
/// use at_run::{Bundle, Context, Json, NoInput, Result, testing::Harness};
/// use serde::{Deserialize, Serialize};
///
/// #[derive(Serialize, Deserialize)]
/// struct Import {
///     page: u32,
/// }
///
/// async fn begin(ctx: Context, _: NoInput) -> Result<Json<String>> {
///     Ok(Json(ctx.tasks().enqueue("import", &Import { page: 1 }).await?))
/// }
///
/// async fn import(ctx: Context, input: Import) -> Result<()> {
///     ctx.log().info(format!("page {}", input.page));
///     if input.page < 2 {
///         ctx.tasks().enqueue("import", &Import { page: input.page + 1 }).await?;
///     }
///     Ok(())
/// }
///
/// let bundle = Bundle::new("importer", "1.0.0").get("begin", begin).task("import", 1, 3, import);
/// let harness = Harness::new(bundle);
/// harness.get("begin");
/// let runs = harness.run_tasks();
/// assert_eq!(runs.len(), 2);
/// assert!(runs.iter().all(|run| run.answer.is_success()));
/// ```
#[derive(Clone)]
pub struct Tasks(Rc<dyn TasksPort>);

impl Tasks {
    pub(crate) fn new(port: Rc<dyn TasksPort>) -> Self {
        Self(port)
    }

    /// Queues the task `name` with that input. Gives the id under which [`Tasks::status`], and the runner at
    /// `/tasks/{id}`, say what became of it.
    ///
    /// # Errors
    /// 413 `TaskTooLarge` for an input of more than [`MAX_TASK_INPUT`] bytes; those of the platform, such as
    /// `UnknownTask` and `TooManyTasks`.
    pub async fn enqueue(&self, name: &str, input: &impl Serialize) -> Result<String> {
        self.enqueue_in(0, name, input).await
    }

    /// As [`Tasks::enqueue`], to run no earlier than `delay_ms` milliseconds from now.
    ///
    /// # Errors
    /// The same.
    pub async fn enqueue_in(&self, delay_ms: u64, name: &str, input: &impl Serialize) -> Result<String> {
        let input =
            serde_json::to_string(input).map_err(|e| Error::internal(format!("input of `{name}`: {e}")))?;
        if input.len() > MAX_TASK_INPUT {
            let text = format!("the input of `{name}` has {} bytes; {MAX_TASK_INPUT} may be", input.len());
            return Err(Error::new(413, "TaskTooLarge", text));
        }
        self.0.enqueue(name.to_owned(), input, delay_ms).await
    }

    /// What became of a task of this bundle; `None` when there is none of that id, or not any more.
    ///
    /// # Errors
    /// Those of the platform.
    pub async fn status(&self, id: &str) -> Result<Option<TaskStatus>> {
        self.0.status(id.to_owned()).await
    }
}
