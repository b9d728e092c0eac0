/** What a deployment is made of: commands, files and secrets, as data. */

/** Values that are never shown, nor given as an argument: they travel by stdin. */
export const SECRETS = ['ADMIN_TOKEN', 'RUNNER_KEYS', 'OPERATOR_TOKEN', 'TURSO_AUTH_TOKEN'] as const
export type SecretName = (typeof SECRETS)[number]

/** A program and what it gets. Words may hold `$NAME` of a {@link Digest} or of a look that is shown by a name, in plans only. */
export interface Command {
  argv: readonly [string, ...string[]]
  /** The folder it runs in, from the project's root; the root itself unless given. */
  cwd?: string
  /** What it reads: a secret, after some text. */
  stdin?: { before: string; secret: SecretName }
}

export type Step = Run | Write | Make

/** Runs a command. */
export interface Run {
  kind: 'run'
  why: string
  command: Command
  /** It changes something that isn't on this machine. */
  changes: boolean
  /** It is tried again until it succeeds; with a text, until its output holds that. */
  until?: true | string
}

/** Writes a file, whole. */
export interface Write {
  kind: 'write'
  why: string
  /** From the project's root. */
  path: string
  text: string
}

/** Makes a secret and keeps it: at random, or by what a command prints. */
export interface Make {
  kind: 'make'
  why: string
  secret: SecretName
  by: 'random' | Command
}

/** Something to find out before deciding. `empty` is what it answers where there is nothing yet: so plans are made. */
export type Look = Ask | Digest | Read

/** Asks a program. */
export interface Ask {
  kind: 'ask'
  command: Command
  empty: Answer
  /** In a plan: the variable that gets a field of the answer's JSON. */
  shown?: { name: string; field: string }
}

/** Sums up files, as `sha256sum` of the sums of each. */
export interface Digest {
  kind: 'digest'
  /** The variable that stands for it in a plan. */
  name: string
  /** Files and folders, from the project's root. */
  paths: readonly string[]
  /** How many hexadecimal digits are wanted. */
  digits: number
}

/** Reads a file of one line that an earlier run may have left. */
export interface Read {
  kind: 'read'
  path: string
}

/** What a program said, or a file holds. */
export interface Answer {
  code: number
  stdout: string
  stderr: string
}

/** An answer of a program that succeeds. */
export const said = (stdout: string): Answer => ({ code: 0, stdout, stderr: '' })
/** An answer of a program that fails. */
export const failed = (stderr: string): Answer => ({ code: 1, stdout: '', stderr })

export const run = (why: string, ...argv: Command['argv']): Run => ({ kind: 'run', why, command: { argv }, changes: true })
export const ask = (empty: Answer, ...argv: Command['argv']): Ask => ({ kind: 'ask', command: { argv }, empty })
