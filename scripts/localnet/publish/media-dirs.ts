import { access, readdir, readFile, stat } from 'node:fs/promises'
import { basename, join, resolve } from 'node:path'

/** The three generations of `place.stream.video` that are found on the network. */
export type Generation = 'A' | 'B' | 'C'

/** One video to publish: a media folder and what its optional `video.json` says. */
export interface VideoFolder {
  folder: string
  title: string
  description?: string
  /** Label of the creator's handle: `aurora` stands for `aurora.test`. */
  creator?: string
  generation: Generation
  createdAt: Date
  tags: string[]
  /** Overrides what the playlist's EXTINF sum up to. */
  durationMs?: number
}

/** A media folder holds one of these. */
const PLAYLISTS = ['master.m3u8', 'index.m3u8']

/** The subfolders of `dirs` that hold a playlist, by name within each. Fails when one of `dirs` holds none. */
export async function findVideoFolders(dirs: readonly string[]): Promise<VideoFolder[]> {
  const found = await Promise.all(dirs.map((dir) => videosIn(resolve(dir))))
  return found.flat()
}

async function videosIn(dir: string): Promise<VideoFolder[]> {
  const names = (await readdir(dir)).sort()
  const videos = await Promise.all(names.map((name) => readVideoFolder(join(dir, name))))
  const found = videos.filter((video) => video !== undefined)
  if (found.length === 0) throw new Error(`${dir}: no subfolder with ${PLAYLISTS.join(' or ')}`)
  return found
}

async function readVideoFolder(folder: string): Promise<VideoFolder | undefined> {
  const playlist = await firstThere(PLAYLISTS.map((name) => join(folder, name)))
  if (playlist === undefined) return undefined
  const path = join(folder, 'video.json')
  const told = (await there(path)) ? checked(path, JSON.parse(await readFile(path, 'utf8')) as Record<string, unknown>) : {}
  const { createdAt, ...rest } = told
  return {
    folder,
    title: titleFrom(basename(folder)),
    generation: 'C',
    tags: [],
    ...rest,
    createdAt: createdAt ?? (await stat(playlist)).mtime,
  }
}

function checked(path: string, told: Record<string, unknown>): Partial<Omit<VideoFolder, 'folder'>> {
  const { title, description, creator, generation, createdAt, tags, durationMs } = told
  const wrong = (name: string, expected: string) => new Error(`${path}: ${name} is ${JSON.stringify(told[name])}: expected ${expected}`)
  const text = (name: string, value: unknown) => {
    if (typeof value !== 'string' || value === '') throw wrong(name, 'a text')
    return value
  }
  if (creator !== undefined && !/^[a-z][a-z0-9-]{2,17}$/.test(text('creator', creator))) throw wrong('creator', 'a handle label of 3 to 18 letters')
  if (generation !== undefined && !['A', 'B', 'C'].includes(text('generation', generation))) throw wrong('generation', 'A, B or C')
  if (createdAt !== undefined && Number.isNaN(Date.parse(text('createdAt', createdAt)))) throw wrong('createdAt', 'a date and time')
  if (tags !== undefined && !(Array.isArray(tags) && tags.every((tag) => typeof tag === 'string'))) throw wrong('tags', 'a list of texts')
  if (durationMs !== undefined && !(Number.isInteger(durationMs) && Number(durationMs) > 0)) throw wrong('durationMs', 'whole milliseconds')
  return {
    ...(title !== undefined && { title: text('title', title) }),
    ...(description !== undefined && { description: text('description', description) }),
    ...(creator !== undefined && { creator: creator as string }),
    ...(generation !== undefined && { generation: generation as Generation }),
    ...(createdAt !== undefined && { createdAt: new Date(createdAt as string) }),
    ...(tags !== undefined && { tags: tags as string[] }),
    ...(durationMs !== undefined && { durationMs: durationMs as number }),
  }
}

function titleFrom(slug: string): string {
  const words = slug.replace(/[-_]+/g, ' ').trim() || slug
  return words.charAt(0).toUpperCase() + words.slice(1)
}

async function firstThere(paths: readonly string[]): Promise<string | undefined> {
  for (const path of paths) if (await there(path)) return path
  return undefined
}

function there(path: string): Promise<boolean> {
  return access(path).then(() => true, () => false)
}
