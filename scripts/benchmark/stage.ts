import { mkdir, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { runCommand } from '../localnet/command.ts'
import { DEMO_MEDIA, ROOT } from '../localnet/places.ts'
import type { Step } from '../localnet/progress.ts'
import { findVideoFolders, type VideoFolder } from '../localnet/publish/media-dirs.ts'
import { startAuthor, type Author } from './author.ts'
import { readBundle, type BundleCode } from './bundle-code.ts'
import { openCinema, type Cinema } from './cinema.ts'
import { videos, type Videos } from './videos.ts'
import { readDispatcher, type DispatcherCode } from './workers.ts'

/** What benchmarks need, made when the first of them asks for it. */
export interface Stage {
  /** Builds a part as it is deployed; see `scripts/build`. */
  build(part: string): Promise<void>
  /** The dispatcher as it is deployed. */
  dispatcher(): Promise<DispatcherCode>
  /** A bundle in Rust, with an endpoint that needs nothing and nobody. */
  bundle(): Promise<BundleCode>
  /** An author with a PDS. */
  author(): Promise<Author>
  /** The whole system, with a node that has videos. */
  cinema(): Promise<Cinema>
  /** Videos for it. */
  videos(): Promise<Videos>
  /** A demo video. */
  film(): Promise<VideoFolder>
  /** A new folder, gone after the run. */
  folder(name: string): Promise<string>
  /** Runs a step under a name that is shown. */
  step: Step
  /** Ends all that was started. */
  close(): Promise<void>
}

export async function openStage(step: Step): Promise<Stage> {
  const dir = await mkdtemp(join(tmpdir(), 'streamhut-bench-'))
  const building = new Map<string, Promise<void>>()
  let author: Promise<Author> | undefined
  let cinema: Promise<Cinema> | undefined
  const folder = async (name: string) => {
    const path = join(dir, name)
    await mkdir(path, { recursive: true })
    return path
  }
  const build = (part: string) => {
    const running = building.get(part) ?? step(`build ${part}`, () => buildPart(part, join(dir, `build-${part}.log`)))
    building.set(part, running)
    return running
  }
  return {
    step,
    folder,
    build,
    dispatcher: async () => {
      await build('dispatcher')
      return readDispatcher()
    },
    bundle: async () => {
      await build('probe')
      return readBundle(join(ROOT, 'scripts/localnet/bundles/probe/build'), 'echo')
    },
    author: () => (author ??= step('PLC directory and PDS', async () => startAuthor(await folder('author')))),
    cinema: () => (cinema ??= openCinema(step)),
    film: async () => {
      const [film] = await findVideoFolders([DEMO_MEDIA])
      if (film === undefined) throw new Error(`${DEMO_MEDIA} has no video`)
      return film
    },
    videos: () => step('videos to measure with', () => videos(join(dir, 'videos.log'))),
    close: async () => {
      const started = await Promise.all([author, cinema].map((opening) => opening?.catch(() => undefined)))
      await Promise.all(started.map((part) => part?.stop()))
      await rm(dir, { recursive: true, force: true })
    },
  }
}

async function buildPart(part: string, log: string): Promise<void> {
  await runCommand({ name: `build ${part}`, command: join(ROOT, 'scripts/build'), args: [part], cwd: ROOT, log })
}
