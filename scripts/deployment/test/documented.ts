/** The commands that docs/hosting.md tells, and those of the whole plan. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { ROOT } from '../../localnet/places.ts'

/** Programs that are looked up; the rest is what every shell has. */
const PROGRAMS = ['wrangler', './scripts/with wrangler', 'at-run', 'turso', './scripts/deploy', './scripts/build', 'npm run', 'operator', 'curl']
const PLAIN = /^(git pull|cp |umask 077|echo "|\. \.\/deploy\.secrets|rm |sed -i\.old |operator\(\) |(export )?[A-Z_]+=|\.\/scripts\/with bash -c )/

/** A command by its program and the words after it. */
export interface Told {
  program: string
  words: string[]
}

export const HOSTING = readFileSync(join(ROOT, 'docs/hosting.md'), 'utf8')
const blocks = [...HOSTING.matchAll(/^ *```sh\n([^]*?)^ *```$/gm)].map(([, block]) => block ?? '')
const inline = [...HOSTING.matchAll(/`((?:turso|at-run|wrangler|curl|operator|\.\/scripts\/\w+)[^`\n]* [^`\n]*)`/g)].map(([, line]) => line ?? '')

/** Lines in which no program is looked up, and which are no plain shell either. */
export const unknownLines: string[] = []
export const documented: Told[] = [...blocks.join('').split('\n'), ...inline].flatMap((line) => {
  const told = commandsIn(line)
  if (told.length === 0 && line.trim() !== '' && !PLAIN.test(line.trim())) unknownLines.push(line)
  return told
})
export const planned: Told[] = readFileSync(join(import.meta.dirname, 'plans/whole.sh'), 'utf8').split('\n').filter((line) => !line.startsWith('#')).flatMap(commandsIn)

function commandsIn(line: string): Told[] {
  const places = line.matchAll(/(?:^\s*|\| |\$\(|&& )((?:\.\/scripts\/\S+|wrangler|at-run|turso|npm run|operator|curl)(?: wrangler)?)(?= |$)([^|)<>;]*)/g)
  return [...places].flatMap(([, program = '', rest = '']) => (PROGRAMS.includes(program) ? [{ program: program.replace('./scripts/with ', ''), words: rest.trim().split(/\s+/).filter((word) => word !== '') }] : []))
}

export const of = (program: string) => [...documented, ...planned].filter((told) => told.program === program)
