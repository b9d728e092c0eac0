/** Commands that several stages give. */
import type { Settings } from '../settings.ts'
import type { Command, Run, SecretName } from '../step.ts'

/** The names of all that stands in the Cloudflare account. */
export const named = ({ name }: Settings) => ({ bucket: name, work: `${name}-work`, dead: `${name}-dead`, runner: `${name}-runner`, site: `${name}-web` })

export const VOD = 'atmosphereconf-vod'
export const APPVIEW = 'streamhut-appview'

/** Where a bundle answers, without endpoint. */
export const bundleUrl = ({ author, runner }: Settings, name: string, version = author.channel) => `${runner.url}/bundle/${author.did}/${name}/${version}`

export function atRun({ author }: Settings, ...words: string[]): Command['argv'] {
  return ['at-run', ...words, ...(author.profile === undefined ? [] : ['--profile', author.profile])]
}

/** A local build; it does nothing where nothing has changed. */
export function build(part: string, what: string): Run {
  return { kind: 'run', why: `build ${what}`, command: { argv: ['./scripts/build', part] }, changes: false }
}

/** For requests that may come twice: they are repeated while the runner is away. */
export const PATIENT = ['--retry', '5']

/** A request to the runner. */
export function curl(url: string, options: string[] = [], bearer?: SecretName): Command {
  const words = ['--silent', '--show-error', '--fail-with-body', '--max-time', '60', ...options]
  if (bearer === undefined) return { argv: ['curl', ...words, url] }
  // By stdin, for arguments are seen by everybody on a machine.
  return { argv: ['curl', ...words, '--header', '@-', url], stdin: { before: 'authorization: Bearer ', secret: bearer } }
}
