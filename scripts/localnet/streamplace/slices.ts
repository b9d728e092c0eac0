import { createHash, randomUUID } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { mkdir, readFile, rename, stat, writeFile } from 'node:fs/promises'
import { homedir } from 'node:os'
import { join } from 'node:path'
import { blake3 } from '@noble/hashes/blake3'

/** A run of bytes of a file. */
export interface Slice {
  file: string
  offset: number
  length: number
}

/** Content that is addressed by its hash and lies on disk as slices, one after the other. */
export interface StoredBlob {
  cid: string
  size: number
  slices: readonly Slice[]
}

/** Where the names of large blobs are kept from one start to the next. */
export interface Names {
  folder: string
  /** Smaller blobs are hashed each time. */
  fromBytes: number
}

/** An hour of video takes a minute and a half to be hashed, a demo video less than a second. */
const NAMES: Names = { folder: join(process.env['XDG_CACHE_HOME'] || join(homedir(), '.cache'), 'streamhut/blobs'), fromBytes: 256 * 1024 * 1024 }

/** Hashes the slices' bytes into a blob. Neighbouring slices of one file are merged. */
export async function storedBlob(slices: readonly Slice[], { folder, fromBytes }: Names = NAMES): Promise<StoredBlob> {
  const merged = mergeNeighbours(slices)
  const size = merged.reduce((sum, slice) => sum + slice.length, 0)
  const kept = size < fromBytes ? undefined : join(folder, await placesOf(merged))
  const known = kept && (await readFile(kept, 'utf8').catch(() => undefined))
  if (known !== undefined && /^bafkr4i[a-z2-7]{52}$/.test(known)) return { cid: known, size, slices: merged }
  const hash = blake3.create()
  for await (const chunk of readSlices(merged)) hash.update(chunk)
  const cid = blake3Cid(hash.digest())
  if (kept) await keep(folder, kept, cid)
  return { cid, size, slices: merged }
}

/** A name for what the slices hold as long as none of their files is written to. */
async function placesOf(slices: readonly Slice[]): Promise<string> {
  const files = [...new Set(slices.map(({ file }) => file))]
  const states = await Promise.all(
    files.map(async (file) => {
      const { dev, ino, size, mtimeNs } = await stat(file, { bigint: true })
      return [file, dev, ino, size, mtimeNs].join(' ')
    }),
  )
  return createHash('sha256').update(JSON.stringify([states, slices.map(({ file, offset, length }) => [files.indexOf(file), offset, length])])).digest('hex')
}

/** Appears only when it is whole. */
async function keep(folder: string, path: string, cid: string): Promise<void> {
  await mkdir(folder, { recursive: true })
  const part = `${path}.${randomUUID()}`
  await writeFile(part, cid)
  await rename(part, path)
}

/** The bytes `[start, end)` of the slices taken as one file, in chunks as the disk gives them. */
export async function* readSlices(slices: readonly Slice[], start = 0, end = Infinity): AsyncGenerator<Buffer> {
  let position = 0
  for (const { file, offset, length } of slices) {
    const from = Math.max(start - position, 0)
    const to = Math.min(end - position, length)
    position += length
    if (from >= to) continue
    yield* createReadStream(file, { start: offset + from, end: offset + to - 1 }) as AsyncIterable<Buffer>
  }
}

/** CIDv1, raw codec, BLAKE3 multihash, base32: the way in which Streamplace names its blobs. */
export function blake3Cid(digest: Uint8Array): string {
  return `b${base32(Uint8Array.of(0x01, 0x55, 0x1e, digest.length, ...digest))}`
}

function mergeNeighbours(slices: readonly Slice[]): Slice[] {
  const merged: Slice[] = []
  for (const slice of slices) {
    const last = merged.at(-1)
    if (last && last.file === slice.file && last.offset + last.length === slice.offset) last.length += slice.length
    else merged.push({ ...slice })
  }
  return merged
}

/** RFC 4648 base32, lower case, without padding. */
function base32(bytes: Uint8Array): string {
  let bits = 0
  let value = 0
  let text = ''
  for (const byte of bytes) {
    value = ((value << 8) | byte) & 0xfff
    bits += 8
    while (bits >= 5) {
      bits -= 5
      text += 'abcdefghijklmnopqrstuvwxyz234567'[(value >> bits) & 31]
    }
  }
  return bits > 0 ? text + 'abcdefghijklmnopqrstuvwxyz234567'[(value << (5 - bits)) & 31] : text
}
