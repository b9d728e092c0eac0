import { execFile } from 'node:child_process'
import type { Author } from './author.ts'

export type Answer = Record<string, unknown>

/** What a command says in JSON; `input` is its stdin. */
export async function told({ env, folder }: Author, args: string[], code = 0, input = ''): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const child = execFile('at-run', [...args, '--json'], { cwd: folder, env }, (error, stdout, stderr) => {
      const ended = error ? error.code : 0
      if (ended === code) resolve(JSON.parse(stdout) as Answer)
      else reject(new Error(`at-run ${args.join(' ')} ended with ${ended}: ${stderr}`))
    })
    child.stdin?.end(input)
  })
}
