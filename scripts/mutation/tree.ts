/** The copy of the tree in which checks are taken out. */
import { execFileSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { mkdir, readFile, readdir, rm, stat, writeFile } from 'node:fs/promises'
import { dirname, join, relative } from 'node:path'
import { ROOT } from '../localnet/places.ts'

export const TREE = join(ROOT, 'target/mutants/tree')
/** Kept between runs, so that only what changed is compiled anew. */
export const TARGET = join(ROOT, 'target/mutants/target')

/** What no native test reads. */
const LEFT_OUT = /^(frontend|scripts\/localnet\/media|scripts\/demo-media)\//

/** Makes the copy equal to the working tree, files that are not committed included. Untouched files keep their times, by which cargo knows them. */
export async function syncTree(): Promise<void> {
  const listed = execFileSync('git', ['ls-files', '-co', '--exclude-standard', '-z'], { cwd: ROOT, encoding: 'utf8', maxBuffer: 64 << 20 })
  const wanted = new Set(listed.split('\0').filter((path) => path !== '' && !LEFT_OUT.test(path) && existsSync(join(ROOT, path))))
  for (const path of wanted) await copy(path)
  await removeOthers(TREE, wanted)
}

async function copy(path: string): Promise<void> {
  const [from, to] = [join(ROOT, path), join(TREE, path)]
  const bytes = await readFile(from)
  const known = await readFile(to).catch(() => undefined)
  if (known?.equals(bytes)) return
  await mkdir(dirname(to), { recursive: true })
  await writeFile(to, bytes, { mode: (await stat(from)).mode })
}

async function removeOthers(dir: string, wanted: ReadonlySet<string>): Promise<void> {
  for (const entry of await readdir(dir, { withFileTypes: true })) {
    const path = join(dir, entry.name)
    if (entry.isDirectory()) await removeOthers(path, wanted)
    else if (!wanted.has(relative(TREE, path))) await rm(path)
  }
}
