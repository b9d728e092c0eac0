//! Tasks and jobs.

#![allow(clippy::unwrap_used, clippy::indexing_slicing, missing_docs)]

use at_run::{
    Bundle, Context, Error, Json, MAX_TASK_INPUT, NoInput, Result, TaskState, TaskStatus, testing::Harness,
};
use serde::{Deserialize, Serialize};
use serde_json::json;

#[derive(Serialize, Deserialize)]
struct Work {
    /// Attempts that fail before one succeeds.
    fails: u32,
}

async fn work(ctx: Context, input: Work) -> Result<String> {
    ctx.log().info(format!("attempt {}", ctx.attempt()));
    if ctx.attempt() <= input.fails {
        return Err(Error::internal("a detail for the log"));
    }
    Ok(format!("done at {}", ctx.now()))
}

async fn begin(ctx: Context, input: Work) -> Result<Json<String>> {
    assert_eq!(ctx.attempt(), 1, "an endpoint is no task, whatever its caller says");
    Ok(Json(ctx.tasks().enqueue("work", &input).await?))
}

fn bundle() -> Bundle {
    Bundle::new("works", "1.0.0").post("begin", begin).task("work", 2, 3, work)
}

#[test]
fn a_failing_task_is_tried_again_as_often_as_it_declares() {
    for (fails, attempts, state) in
        [(0, 1, TaskState::Done), (2, 3, TaskState::Done), (3, 4, TaskState::Done), (4, 4, TaskState::Failed)]
    {
        let harness = Harness::new(bundle());
        let id = harness.post("begin", &json!({"fails": fails})).json().as_str().unwrap().to_owned();
        assert_eq!(harness.tasks()[0].state, TaskState::Queued);
        let runs = harness.run_tasks();
        assert_eq!(
            runs.iter().map(|run| run.attempt).collect::<Vec<_>>(),
            (1..=attempts).collect::<Vec<_>>()
        );
        let task = &harness.tasks()[0];
        assert_eq!((&task.id, task.state, task.attempts), (&id, state, attempts), "{fails} failures");
        assert_eq!(task.error.is_some(), state == TaskState::Failed);
        assert_eq!(task.ended_at, Some(harness.now()));
        assert!(harness.run_tasks().is_empty(), "what ended is not run again");
    }
}

#[test]
fn a_tasks_state_tells_no_detail_and_its_log_does() {
    let harness = Harness::new(bundle());
    harness.post("begin", &json!({"fails": 9}));
    let runs = harness.run_tasks();
    let answer = &runs[0].answer;
    assert_eq!(answer.json(), json!({"error": "InternalError", "message": "the bundle failed"}));
    assert_eq!(harness.tasks()[0].error.as_deref(), Some("the bundle failed"));
    let lines = harness.log();
    assert_eq!(lines[0], "info 0000000000000002 attempt 1");
    assert_eq!(
        lines[1], "warn 0000000000000002 task work: 500 InternalError: a detail for the log",
        "each attempt is a request of its own"
    );
}

#[test]
fn tasks_run_when_they_are_due() {
    let later = async |ctx: Context, _: NoInput| -> Result<()> {
        ctx.tasks().enqueue_in(60_000, "note", &"second").await?;
        ctx.tasks().enqueue_in(1_000, "note", &"first").await?;
        Ok(())
    };
    let note = async |ctx: Context, text: String| -> Result<()> {
        ctx.log().info(format!("{text} at {}", ctx.now()));
        Ok(())
    };
    let harness = Harness::new(Bundle::new("notes", "1.0.0").get("later", later).task("note", 1, 0, note));
    let start = harness.now();
    assert_eq!(harness.get("later").status(), 204);
    assert_eq!(harness.run_tasks().len(), 2);
    let texts: Vec<_> =
        harness.log().iter().map(|line| line.splitn(3, ' ').nth(2).unwrap().to_owned()).collect();
    assert_eq!(texts, [format!("first at {}", start + 1_000), format!("second at {}", start + 60_000)]);
}

#[test]
fn a_task_that_can_not_be_queued() {
    #[derive(Serialize, Deserialize)]
    struct Ask {
        task: String,
        size: usize,
    }
    let ask = async |ctx: Context, ask: Ask| -> Result<Json<String>> {
        Ok(Json(ctx.tasks().enqueue(&ask.task, &"x".repeat(ask.size)).await?))
    };
    let take = async |_: Context, _: String| -> Result<()> { Ok(()) };
    let harness = Harness::new(Bundle::new("asks", "1.0.0").post("ask", ask).task("take", 1, 0, take));
    for (task, size, status, error) in [
        ("take", MAX_TASK_INPUT - 2, 200, None),
        ("take", MAX_TASK_INPUT - 1, 413, Some("TaskTooLarge")),
        ("other", 1, 404, Some("UnknownTask")),
    ] {
        let answer = harness.post("ask", &json!({"task": task, "size": size}));
        assert_eq!((answer.status(), answer.json()["error"].as_str()), (status, error));
    }
    assert_eq!(harness.tasks().len(), 1);
}

#[test]
fn a_tasks_input_has_a_shape() {
    let begin = async |ctx: Context, _: NoInput| -> Result<()> {
        ctx.tasks().enqueue("work", &json!({"fails": "twice"})).await?;
        Ok(())
    };
    let harness = Harness::new(Bundle::new("b", "1.0.0").get("begin", begin).task("work", 1, 0, work));
    harness.get("begin");
    let answer = harness.run_tasks().remove(0).answer;
    assert_eq!((answer.status(), answer.json()["error"].as_str()), (400, Some("InvalidInput")));
    assert!(answer.json()["message"].as_str().unwrap().contains("`fails`"), "{}", answer.text());
    assert!(harness.log()[0].contains("InvalidInput"), "{:?}", harness.log());
}

#[test]
fn a_tasks_state_by_its_id() {
    let state = async |ctx: Context, _: NoInput| -> Result<Json<Vec<Option<TaskStatus>>>> {
        let id = ctx.tasks().enqueue("work", &Work { fails: 0 }).await?;
        Ok(Json(vec![ctx.tasks().status(&id).await?, ctx.tasks().status("another").await?]))
    };
    let harness = Harness::new(Bundle::new("b", "1.0.0").get("state", state).task("work", 1, 0, work));
    let states = harness.get("state").json();
    assert_eq!((&states[0]["state"], &states[0]["enqueuedAt"]), (&json!("queued"), &json!(harness.now())));
    assert_eq!((&states[0]["error"], &states[1]), (&json!(null), &json!(null)));
}

#[test]
fn jobs_say_what_they_did() {
    let harness = Harness::new(
        Bundle::new("jobs", "1.0.0")
            .job("quiet", "0 0 * * *", async |_: Context| Ok(()))
            .job("line", "*/5 * * * *", async |_: Context| Ok("12 records"))
            .job("fails", "* * * * *", async |_: Context| Err::<(), _>(Error::internal("the whole story"))),
    );
    assert_eq!((harness.run_job("quiet").status(), harness.log().len()), (204, 0));
    let line = harness.run_job("line");
    assert_eq!((line.status(), line.text().as_str()), (200, "12 records"));
    assert_eq!(harness.log(), ["info 0000000000000002 job line: 12 records"]);
    let failed = harness.run_job("fails");
    assert_eq!((failed.status(), failed.json()["message"].as_str()), (500, Some("the whole story")));
    assert_eq!(harness.run_job("other").json()["error"], "UnknownJob");
}
