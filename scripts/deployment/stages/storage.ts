import { bucketThere, queueThere } from '../answers/cloudflare.ts'
import { answerOf, type Stage } from '../stage.ts'
import { ask, failed, run } from '../step.ts'
import { build, named } from './commands.ts'

/** What the runner keeps things in. Its Durable Objects come with the Worker. */
export const storage: Stage = {
  title: 'Bucket and queues',
  prepare: ({ settings }) => [
    build('dispatcher', 'the runner'),
    build('vod', 'the video bundle'),
    ...(settings.appview ? [build('appview', "the index's bundle")] : []),
    ...(settings.site ? [build('web', 'the site')] : []),
  ],
  looks: ({ settings }) => {
    const { bucket, work, dead } = named(settings)
    const queue = (name: string) => ask(failed(`Queue "${name}" does not exist.`), 'wrangler', 'queues', 'info', name)
    return { bucket: ask(failed('[code: 10006]'), 'wrangler', 'r2', 'bucket', 'info', bucket, '--json'), work: queue(work), dead: queue(dead) }
  },
  decide: ({ settings }, answers) => {
    const { bucket, work, dead } = named(settings)
    const steps = []
    if (!bucketThere(answerOf(answers, 'bucket'))) steps.push(run('the bucket for proofs, modules and what bundles keep', 'wrangler', 'r2', 'bucket', 'create', bucket))
    if (!queueThere(answerOf(answers, 'work'))) steps.push(run('the queue for runs of jobs and tasks', 'wrangler', 'queues', 'create', work))
    if (!queueThere(answerOf(answers, 'dead'))) steps.push(run('the queue for what that one gave up', 'wrangler', 'queues', 'create', dead))
    return { steps }
  },
}
