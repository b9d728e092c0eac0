/** What the command line at-run says, read. */
import { Refusal } from '../stage.ts'
import type { Answer } from '../step.ts'
import { fields, items, jsonIn, text, type Fields } from './json.ts'

/** Who is logged in. */
export function loggedIn(answer: Answer): { did: string; service: string } {
  const told = fields(jsonIn(answer.stdout))
  const [did, service] = [text(told['did']), text(told['service'])]
  if (answer.code !== 0 || did === undefined || service === undefined) {
    throw new Refusal(`at-run is not logged in: ${complaint(answer)}`, 'npm run login -- --identifier HANDLE')
  }
  if (told['active'] === false) throw new Refusal(`${did} is not active: ${text(told['status']) ?? 'its server says so'}`, 'nobody runs what an account that is not active publishes')
  return { did, service }
}

/** How a bundle's build stands to what is published. */
export interface Standing {
  /** The version under which its content is published, if it is. */
  publishedAs?: string
  /** Its version is taken by other content. */
  taken?: string
  /** Where the channel points. */
  channel?: string
}

/** Reads `status` of a project that is built. */
export function standing(answer: Answer, channel: string): Standing {
  const told = fields(jsonIn(answer.stdout))
  const local = fields(told['local'])
  const [version, publishedAs, points] = [text(local['version']), text(local['publishedAs']), text(fields(told['channels'])[channel])]
  if (answer.code !== 0 || version === undefined) throw new Refusal(`at-run can't tell what is published: ${complaint(answer)}`, 'at-run status -C workers/vod says more')
  return {
    ...(publishedAs !== undefined && { publishedAs }),
    ...(local['state'] === 'differs' && { taken: version }),
    ...(points !== undefined && { channel: points }),
  }
}

/** The secrets of a bundle that the runner opens with its current key. */
export function openSecrets(answer: Answer, bundle: string): Set<string> {
  const told = fields(jsonIn(answer.stdout))
  if (answer.code !== 0 || !Array.isArray(told['secrets'])) throw new Refusal(`at-run can't tell which secrets are published: ${complaint(answer)}`, 'at-run secrets list says more')
  const open = (secret: Fields) => secret['bundle'] === bundle && secret['opens'] === 'current'
  return new Set(items(told['secrets']).filter(open).flatMap(({ name }) => text(name) ?? []))
}

/** What an error says; with `--json` it stands on stdout. */
function complaint({ stdout, stderr }: Answer): string {
  const error = fields(fields(jsonIn(stdout))['error'])
  return text(error['message']) ?? (stderr.trim() || stdout.trim() || 'it says nothing')
}
