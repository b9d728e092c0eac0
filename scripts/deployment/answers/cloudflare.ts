/** What wrangler says, read. */
import { Refusal } from '../stage.ts'
import type { Answer } from '../step.ts'
import { fields, items, jsonIn, text, type Fields } from './json.ts'

/** What the API calls a thing that isn't there, by the code that wrangler shows with an error. */
const NO_BUCKET = '10006'
const NO_WORKER = ['10007', '10090']
const NO_PROJECT = '8000007'

/** The accounts of the one who is logged in. */
export function accounts(answer: Answer): { id: string; name: string }[] {
  const told = fields(jsonIn(answer.stdout))
  if (answer.code !== 0 || told['loggedIn'] !== true) {
    const why = told['loggedIn'] === false ? '' : `, or can't tell:\n${answer.stderr.trim()}`
    throw new Refusal(`wrangler is not logged in${why}`, './scripts/with wrangler login, or an API token in CLOUDFLARE_API_TOKEN')
  }
  return items(told['accounts']).map(({ id, name }) => ({ id: text(id) ?? '', name: text(name) ?? '' }))
}

/** Whether `r2 bucket info` found it. */
export function bucketThere(answer: Answer): boolean {
  return there(answer, 'the bucket', (said) => hasCode(said, NO_BUCKET))
}

/** Whether `queues info` found it. */
export function queueThere(answer: Answer): boolean {
  return there(answer, 'the queue', (said) => /Queue "[^"]*" does not exist/.test(said))
}

/** The names in `secret list`; none of a Worker that isn't there yet. */
export function secretNames(answer: Answer): Set<string> {
  const worker = there(answer, "the Worker's secrets", (said) => noWorker(said) || /Worker "[^"]*"[^\n]* not found/.test(said))
  return new Set(worker ? list(answer, "the Worker's secrets").flatMap(({ name }) => text(name) ?? []) : [])
}

/**
 * The tag of what is deployed, from `deployments status` and `versions list`. A change of a secret makes a version
 * without a tag, of the same code: the one before it counts. None where the Worker isn't there, two versions share the
 * traffic, or there is no tag.
 */
export function deployedTag(status: Answer, versions: Answer): string | undefined {
  if (!there(status, 'what is deployed', noDeployment)) return undefined
  if (!there(versions, 'the versions', noDeployment)) return undefined
  const [live, ...others] = items(fields(jsonIn(status.stdout))['versions'])
  if (live === undefined || others.length > 0) return undefined
  // Oldest first, as wrangler sorts them.
  const known = list(versions, 'the versions')
  const newest = known.findIndex(({ id }) => id === live['version_id'])
  for (const version of known.slice(0, newest + 1).reverse()) {
    const notes = fields(version['annotations'])
    if (notes['workers/triggered_by'] !== 'secret') return text(notes['workers/tag'])
  }
  return undefined
}

/** The domains of a project in `pages project list`; undefined where there is no such project. */
export function projectDomains(answer: Answer, project: string): string[] | undefined {
  there(answer, 'the Pages projects', () => false)
  const found = list(answer, 'the Pages projects').find((one) => one['Project Name'] === project)
  return found && (text(found['Project Domains']) ?? '').split(', ').filter((domain) => domain !== '')
}

/** The digest of the site that is served: `pages deployment list` has the newest first, and of a commit the first digits. */
export function deployedSite(answer: Answer): string | undefined {
  if (!there(answer, 'the deployments of the site', (said) => hasCode(said, NO_PROJECT))) return undefined
  const good = list(answer, 'the deployments of the site').find(({ Status }) => !/^(failure|canceled)$/i.test(text(Status) ?? ''))
  return good && text(good['Source'])
}

/** Whether a thing is there; an answer that says neither yes nor no ends the deployment. */
function there(answer: Answer, what: string, isAbsent: (said: string) => boolean): boolean {
  if (answer.code === 0) return true
  const said = `${answer.stdout}\n${answer.stderr}`
  if (isAbsent(said)) return false
  throw new Refusal(`could not find out about ${what}:\n${said.trim()}`, 'nothing was changed by this look; run it again when that is mended')
}

function list(answer: Answer, what: string): Fields[] {
  const told = jsonIn(answer.stdout)
  if (Array.isArray(told)) return items(told)
  throw new Refusal(`wrangler told about ${what} what can't be read:\n${answer.stdout.trim().slice(0, 500)}`, 'this goes with the version of wrangler in package.json')
}

const noWorker = (said: string) => NO_WORKER.some((code) => hasCode(said, code))
const noDeployment = (said: string) => noWorker(said) || /The Worker \S+ has no deployments/.test(said)
const hasCode = (said: string, code: string) => said.includes(`[code: ${code}]`)
