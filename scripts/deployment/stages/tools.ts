import { accounts } from '../answers/cloudflare.ts'
import { loggedIn } from '../answers/at-run.ts'
import { answerOf, Refusal, type Stage } from '../stage.ts'
import { ask, said } from '../step.ts'
import { atRun, build } from './commands.ts'

/** Who we are: nothing may go to an account that isn't meant. */
export const tools: Stage = {
  title: 'Who deploys',
  prepare: () => [build('cli', 'the command line at-run')],
  looks: ({ settings }) => ({
    cloudflare: ask(said(JSON.stringify({ loggedIn: true, accounts: [] })), 'wrangler', 'whoami', '--json'),
    author: ask(said(JSON.stringify({ did: settings.author.did, service: '' })), ...atRun(settings, 'whoami', '--json')),
  }),
  decide: ({ settings: { account, author } }, answers) => {
    const known = accounts(answerOf(answers, 'cloudflare'))
    const named = known.map(({ id, name }) => `${id} (${name})`).join(', ')
    // A token need not be able to tell accounts.
    if (account !== undefined && known.length > 0 && !known.some(({ id }) => id === account)) {
      throw new Refusal(`wrangler has no access to the account ${account}, only to ${named}`, 'see `account` in the settings, or log in as somebody else')
    }
    if (account === undefined && known.length > 1) throw new Refusal(`wrangler knows several accounts: ${named}`, 'say which by `account` in the settings')
    const { did } = loggedIn(answerOf(answers, 'author'))
    if (did !== author.did) throw new Refusal(`at-run is logged in as ${did}, and the settings' author is ${author.did}`, 'npm run login as that one, or name its session by `author.profile`')
    return { steps: [] }
  },
}
