import { spawn, type ChildProcess } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'

/** A bash that keeps its folder, variables and functions from one script to the next, as a person's does. */
export class Shell {
  readonly #process: ChildProcess
  readonly #scratch: string
  readonly #end = `end-${randomBytes(8).toString('hex')}`
  #count = 0
  #printed = ''
  #told: () => void = () => {}
  #ended = false

  /** Starts in `folder`; scripts are written into `scratch` before they are run. */
  constructor(folder: string, scratch: string, env: NodeJS.ProcessEnv) {
    this.#scratch = scratch
    // A script that fails ends the shell, so that no later one runs on its ruins.
    this.#process = spawn('bash', ['--noprofile', '--norc', '-c', 'exec bash --noprofile --norc -e 2>&1'], {
      cwd: folder,
      env,
      stdio: ['pipe', 'pipe', 'inherit'],
    })
    this.#process.stdout?.setEncoding('utf8').on('data', (text: string) => {
      this.#printed += text
      this.#told()
    })
    this.#process.once('close', () => {
      this.#ended = true
      this.#told()
    })
    // Writing to a shell that has ended is told by its end.
    this.#process.stdin?.on('error', () => {})
  }

  /** Runs a script; gives what it printed, on stdout and stderr as they came. It has nothing to read. */
  async run(script: string): Promise<string> {
    const file = join(this.#scratch, `${++this.#count}.sh`)
    await writeFile(file, script)
    this.#printed = ''
    this.#process.stdin?.write(`source '${file}' </dev/null; printf '%s' ${this.#end}\n`)
    for (;;) {
      if (this.#printed.endsWith(this.#end)) return this.#printed.slice(0, -this.#end.length)
      if (this.#ended) throw new Error(`a command failed:\n${script}\n── printed ──\n${this.#printed}`)
      await new Promise<void>((resolve) => (this.#told = resolve))
    }
  }

  /** Ends it. */
  close(): void {
    this.#process.stdin?.end()
    this.#process.kill()
  }
}
