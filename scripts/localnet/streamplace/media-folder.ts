import { open, readFile, stat } from 'node:fs/promises'
import { join, posix } from 'node:path'
import { readMaster, readMedia, type MasterPlaylist, type MediaPlaylist } from './playlist-reader.ts'
import type { Slice } from './slices.ts'

/** The folder's `master.m3u8`, or undefined where it has none. */
export async function readMasterPlaylist(folder: string): Promise<MasterPlaylist | undefined> {
  const path = join(folder, 'master.m3u8')
  const text = await readOptional(path)
  return text === undefined ? undefined : naming(path, () => readMaster(text))
}

/** Reads one media playlist of a folder. */
export async function readMediaPlaylist(folder: string, uri: string): Promise<MediaPlaylist> {
  const path = join(folder, inside(folder, uri))
  const text = await readFile(path, 'utf8')
  return naming(path, () => readMedia(text))
}

/** The slice of the folder that a URI of the media playlist `base` means. Fails when it reaches past the file's end. */
export async function sliceOf(folder: string, base: string, uri: string, range?: { offset: number; length: number }): Promise<Slice> {
  const file = join(folder, inside(folder, posix.join(posix.dirname(base), uri)))
  const { size } = await stat(file)
  const { offset, length } = range ?? { offset: 0, length: size }
  if (offset + length > size) throw new Error(`${file}: bytes ${offset} to ${offset + length} of a file of ${size}`)
  return { file, offset, length }
}

/** The first `limit` bytes of a slice. */
export async function readStart(slice: Slice, limit: number): Promise<Buffer> {
  const file = await open(slice.file)
  try {
    const bytes = Buffer.alloc(Math.min(limit, slice.length))
    const { bytesRead } = await file.read(bytes, 0, bytes.length, slice.offset)
    return bytes.subarray(0, bytesRead)
  } finally {
    await file.close()
  }
}

/** A path relative to the folder; fails on URIs that lead out of it. */
function inside(folder: string, uri: string): string {
  const path = posix.normalize(decodeURIComponent(uri))
  if (/^[a-z][a-z0-9+.-]*:/i.test(uri) || path.startsWith('/') || path === '..' || path.startsWith('../')) {
    throw new Error(`${folder}: ${uri} does not lie in the folder`)
  }
  return path
}

async function readOptional(path: string): Promise<string | undefined> {
  try {
    return await readFile(path, 'utf8')
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined
    throw error
  }
}

function naming<T>(path: string, read: () => T): T {
  try {
    return read()
  } catch (error) {
    throw new Error(`${path}: ${(error as Error).message}`, { cause: error })
  }
}
