import { standing } from '../answers/at-run.ts'
import { indexReady } from '../answers/runner.ts'
import { answerOf, Refusal, type Stage } from '../stage.ts'
import { ask, said, type Step } from '../step.ts'
import { APPVIEW, atRun, bundleUrl, curl } from './commands.ts'

const STATUS = ['--write-out', '\\n%{http_code}']

/** The index's database, brought to the schema of the version that was published. */
export const indexDatabase: Stage = {
  title: 'Database of the index',
  looks: ({ settings }) =>
    settings.appview === undefined
      ? {}
      : {
          bundle: {
            ...ask(said('{"local": {"version": "", "publishedAs": "$APPVIEW_VERSION"}, "channels": {}}'), ...atRun(settings, 'status', '-C', 'workers/appview', '--json')),
            shown: { name: 'APPVIEW_VERSION', field: 'local.publishedAs' },
          },
          stats: { kind: 'ask', command: curl(`${bundleUrl(settings, APPVIEW)}/getStats`, STATUS), empty: said('{"error":"NotInitialised"}\n503') },
        },
  decide: ({ settings }, answers, known) => {
    if (settings.appview === undefined || indexReady(answerOf(answers, 'stats'))) return { steps: [] }
    if (!known.has('OPERATOR_TOKEN')) {
      throw new Refusal('the index has to be initialised, and the value of OPERATOR_TOKEN is not here', 'give it in the environment; one that is lost: see "A token that is lost" in docs/hosting.md')
    }
    // The version itself: a channel may be known elsewhere as it was for half a minute.
    const { publishedAs } = standing(answerOf(answers, 'bundle'), settings.author.channel)
    const command = curl(`${bundleUrl(settings, APPVIEW, publishedAs)}/init`, ['--request', 'POST', '--data', '{}'], 'OPERATOR_TOKEN')
    const init: Step = { kind: 'run', why: "bring the database to the index's schema", command, changes: true, until: true }
    return { steps: [init] }
  },
}
