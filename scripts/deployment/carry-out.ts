/** Carries a deployment out: asks, decides, runs. All decisions are the stages'. */
import { spawn, type ChildProcess } from 'node:child_process'
import { createHash, randomBytes } from 'node:crypto'
import { mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { text } from 'node:stream/consumers'
import { setTimeout as sleep } from 'node:timers/promises'
import type { KeptSecrets } from './kept-secrets.ts'
import { commandLine } from './shell.ts'
import { Refusal, type Given } from './stage.ts'
import { STAGES } from './stages/all.ts'
import { failed, said, SECRETS, type Answer, type Command, type Look, type Step } from './step.ts'

/** Milliseconds that a step may be tried again: a new domain waits for its certificate, anything else for a change to arrive. */
const PATIENCE = { text: 600_000, success: 120_000 }
/** Milliseconds between two tries, at first and at most. */
const PAUSE = { first: 250, most: 10_000 }
/** Lines of a failure that are shown. */
const SHOWN = 40

export interface Surroundings {
  /** The project's folder. */
  root: string
  secrets: KeptSecrets
  environment: NodeJS.ProcessEnv
  say: (line: string) => void
  /** Says every command. */
  verbose: boolean
}

export interface Outcome {
  /** How many things were changed beyond this machine. */
  changes: number
  notes: string[]
}

/** A step that failed; what is done stays done, and the next run goes on there. */
export class StepFailed extends Error {}

const running = new Set<ChildProcess>()

/** Ends what runs at the moment. */
export const stopRunning = () => running.forEach((child) => child.kill())

export async function carryOut(given: Given, around: Surroundings): Promise<Outcome> {
  const outcome: Outcome = { changes: 0, notes: [] }
  for (const stage of STAGES) {
    around.say(`── ${stage.title}`)
    for (const step of stage.prepare?.(given) ?? []) await carryOutStep(step, given, around)
    const answers: Record<string, Answer> = {}
    for (const [name, look] of Object.entries(stage.looks?.(given) ?? {})) answers[name] = await lookAt(look, given, around)
    const { steps, notes = [] } = stage.decide(given, answers, around.secrets.known())
    for (const step of steps) {
      await carryOutStep(step, given, around)
      if (step.kind === 'run' && step.changes) outcome.changes++
    }
    outcome.notes.push(...notes)
  }
  return outcome
}

async function lookAt(look: Look, given: Given, around: Surroundings): Promise<Answer> {
  switch (look.kind) {
    case 'ask':
      return program(look.command, given, around)
    case 'digest':
      return said(digestOf(around.root, look.paths).slice(0, look.digits))
    case 'read':
      try {
        return said(readFileSync(join(around.root, look.path), 'utf8'))
      } catch {
        return failed('')
      }
  }
}

async function carryOutStep(step: Step, given: Given, around: Surroundings): Promise<void> {
  const { root, secrets, say } = around
  const started = Date.now()
  switch (step.kind) {
    case 'write':
      mkdirSync(dirname(join(root, step.path)), { recursive: true })
      writeFileSync(join(root, step.path), step.text)
      return
    case 'make':
      if (step.by === 'random') secrets.keep(step.secret, randomBytes(32).toString('hex'))
      else {
        const answer = await program(step.by, given, around)
        const value = answer.stdout.trim()
        if (answer.code !== 0 || value === '') throw new StepFailed(`${step.why}: ${commandLine(step.by)} made nothing\n${tail(answer.stderr, secrets)}`)
        secrets.keep(step.secret, value)
      }
      say(`✓ ${step.why}`)
      return
    case 'run': {
      say(`… ${step.why}`)
      const answer = await untilDone(step, given, around)
      if (answer.code !== 0) throw new StepFailed(`${step.why}: this failed\n  ${secrets.mask(commandLine(step.command))}\n${tail(`${answer.stdout}\n${answer.stderr}`, secrets)}`)
      say(`✓ ${step.why}  ${Math.round((Date.now() - started) / 1000)} s`)
    }
  }
}

/** Runs a command, again while it doesn't do what it shall. */
async function untilDone(step: Step & { kind: 'run' }, given: Given, around: Surroundings): Promise<Answer> {
  const { until } = step
  const good = ({ code, stdout }: Answer) => code === 0 && (typeof until !== 'string' || stdout.includes(until))
  const ends = Date.now() + (until === undefined ? 0 : until === true ? PATIENCE.success : PATIENCE.text)
  for (let pause = PAUSE.first; ; pause = Math.min(pause * 1.5, PAUSE.most)) {
    const answer = await program(step.command, given, around)
    if (good(answer)) return answer
    if (Date.now() + pause > ends) return answer.code === 0 ? { ...answer, code: 1 } : answer
    await sleep(pause)
  }
}

async function program(command: Command, { settings }: Given, { root, secrets, environment, say, verbose }: Surroundings): Promise<Answer> {
  const [name, ...args] = command.argv
  if (verbose) say(`$ ${commandLine(command)}`)
  const env: NodeJS.ProcessEnv = { ...environment, ...(settings.account !== undefined && { CLOUDFLARE_ACCOUNT_ID: settings.account }), CI: 'true', NO_COLOR: '1', WRANGLER_SEND_METRICS: 'false' }
  // Secrets go by stdin to who needs them, and to nobody else; at-run would take its variable before that.
  for (const secret of [...SECRETS, 'AT_RUN_SECRET_VALUE']) delete env[secret]
  const child = spawn(name, args, { cwd: join(root, command.cwd ?? ''), env, stdio: ['pipe', 'pipe', 'pipe'] })
  running.add(child)
  const ended = new Promise<{ code: number | null; error?: Error }>((resolve) => {
    child.once('error', (error) => resolve({ code: null, error }))
    child.once('close', (code) => resolve({ code }))
  })
  // Who doesn't read its input closes the pipe; its exit code tells the rest.
  child.stdin.on('error', () => {})
  child.stdin.end(command.stdin === undefined ? '' : command.stdin.before + secrets.value(command.stdin.secret))
  const [stdout, stderr, { code, error }] = await Promise.all([text(child.stdout), text(child.stderr), ended])
  running.delete(child)
  if (error !== undefined) throw new Refusal(`can't run ${name}: ${error.message}`, 'run it by ./scripts/deploy, which has the tools in its path')
  return { code: code ?? 130, stdout, stderr }
}

/** What `find … | sort | xargs sha256sum | sha256sum` says of the files. */
export function digestOf(root: string, paths: readonly string[]): string {
  const sum = (content: Buffer | string) => createHash('sha256').update(content).digest('hex')
  const files = paths.flatMap((path) => filesBelow(root, path)).sort((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b)))
  return sum(files.map((path) => `${sum(readFileSync(join(root, path)))}  ${path}\n`).join(''))
}

function filesBelow(root: string, path: string): string[] {
  if (!statSync(join(root, path)).isDirectory()) return [path]
  const entries = readdirSync(join(root, path), { withFileTypes: true })
  return entries.flatMap((entry) => (entry.isDirectory() ? filesBelow(root, `${path}/${entry.name}`) : entry.isFile() ? [`${path}/${entry.name}`] : []))
}

function tail(output: string, secrets: KeptSecrets): string {
  const lines = secrets.mask(output.trim()).split('\n')
  return lines.slice(-SHOWN).map((line) => `  ${line}`).join('\n')
}
