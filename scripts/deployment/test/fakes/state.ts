/** What the fakes have in place of an account, a repo and a runner: a file, and a record of each call. */
import { appendFileSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

export interface State {
  buckets: string[]
  queues: string[]
  /** The Worker's versions, oldest first; the last is live. */
  versions: { id: string; tag?: string; by: 'upload' | 'secret' }[]
  secrets: Record<string, string>
  /** Published bundles and their channels' versions. */
  published: Record<string, string>
  /** Sealed secrets, as BUNDLE:NAME. */
  sealed: Record<string, string>
  installations: { did: string; name: string }[]
  schema: boolean
  projects: string[]
  /** Commit hashes, newest first. */
  sites: string[]
}

export const NOTHING: State = { buckets: [], queues: [], versions: [], secrets: {}, published: {}, sealed: {}, installations: [], schema: false, projects: [], sites: [] }

/** A call of a fake; `changes` says whether it changed the state. */
export interface Call {
  argv: string[]
  stdin: string
  changes: boolean
}

export const readState = (folder: string): State => JSON.parse(readFileSync(join(folder, 'state.json'), 'utf8')) as State
export const writeState = (folder: string, state: State) => writeFileSync(join(folder, 'state.json'), JSON.stringify(state))
export const record = (folder: string, call: Call) => appendFileSync(join(folder, 'calls'), `${JSON.stringify(call)}\n`)

/** What a fake answers. */
export interface Said {
  code?: number
  stdout?: string
  stderr?: string
}

/** Plays a program: gives its answer, keeps the state, records the call; one that shall fail says all that it knows, and does nothing. */
export function play(name: string, answer: (words: string[], stdin: string, state: State) => Said): void {
  const folder = process.env['FAKE_FOLDER'] ?? ''
  const argv = process.argv.slice(2)
  const stdin = readFileSync(0, 'utf8')
  const line = [name, ...argv].join(' ')
  const failing = process.env['FAKE_FAILS']
  if (failing !== undefined && line.startsWith(failing)) {
    record(folder, { argv: [name, ...argv], stdin, changes: false })
    process.stderr.write(`this was made to fail; it was told ${stdin}\n`)
    process.exit(1)
  }
  const before = JSON.stringify(readState(folder))
  const state = JSON.parse(before) as State
  const { code = 0, stdout = '', stderr = '' } = answer(argv, stdin, state)
  writeState(folder, state)
  record(folder, { argv: [name, ...argv], stdin, changes: JSON.stringify(state) !== before })
  process.stdout.write(stdout)
  process.stderr.write(stderr)
  process.exitCode = code
}
