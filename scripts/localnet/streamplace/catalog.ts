import { readFile, writeFile } from 'node:fs/promises'
import { ingest, type Media } from './ingest.ts'
import { pageOf, type Page } from './page.ts'
import { clipOf } from './playable.ts'
import type { StoredBlob } from './slices.ts'

/** `app.bsky.actor.defs#profileViewBasic`, as far as videos show it. */
export interface Author {
  did: string
  handle: string
  displayName?: string
}

/** A record of a track, as it lies beside its video's. */
export interface TrackRecord {
  uri: string
  cid: string
  record: object
}

/** `place.stream.media.getVideo#viewCountSummary`. */
export interface ViewCounts {
  count: number
  bytes: number
  durationMs: number
  reporters: number
}

/** A published record that this node knows. */
export interface CatalogEntry {
  uri: string
  cid: string
  record: Record<string, unknown>
  author: Author
  /** The media folder; without one the record is a clip, or is known and its blob is not hosted here. */
  folder?: string
  /** The records of the tracks that a video of generation B or C names. */
  tracks?: TrackRecord[]
  /** Likes beside those that lie in repos, and views; without a number, none. */
  likeCount?: number
  viewCounts?: Partial<ViewCounts>
  /** Taken down: listed nowhere, its playlist answers 403. */
  unavailable?: boolean
}

/** The node's index of records and hosted blobs, kept in a JSON file across restarts. */
export class Catalog {
  readonly #file: string
  readonly #entries = new Map<string, CatalogEntry>()
  readonly #media = new Map<string, Promise<Media>>()
  #saved: Promise<void> = Promise.resolve()

  private constructor(file: string) {
    this.#file = file
  }

  /** Opens the catalog at `file`, empty when there is no such file. */
  static async open(file: string): Promise<Catalog> {
    const catalog = new Catalog(file)
    const text = await readFile(file, 'utf8').catch(() => '[]')
    for (const entry of JSON.parse(text) as CatalogEntry[]) await catalog.#admit(entry)
    return catalog
  }

  /** The hosted form of a folder, taken in once. Fails when the folder holds no playable media. */
  media(folder: string): Promise<Media> {
    const known = this.#media.get(folder)
    if (known) return known
    const taken = ingest(folder)
    this.#media.set(folder, taken)
    taken.catch(() => this.#media.delete(folder))
    return taken
  }

  entry(uri: string): CatalogEntry | undefined {
    return this.#entries.get(uri)
  }

  /** Whether the media of a video, or of what it is a clip of, lies here. */
  hosts({ record, folder }: CatalogEntry): boolean {
    const clip = clipOf(record)
    return (clip ? this.#entries.get(clip.video)?.folder : folder) !== undefined
  }

  /** Adds a record, or takes the place of what was known under its URI. */
  async put(entry: CatalogEntry): Promise<void> {
    await this.#admit(entry)
    await this.#save()
  }

  async remove(uri: string): Promise<boolean> {
    const known = this.#entries.delete(uri)
    await this.#save()
    return known
  }

  /** The blob `cid` of the repo `did`: a video's own or an initialisation segment. */
  async blob(did: string, cid: string): Promise<StoredBlob | undefined> {
    for (const { author, folder } of this.#entries.values()) {
      if (author.did !== did || folder === undefined) continue
      const { blob, tracks } = await this.media(folder)
      const found = [blob, ...tracks.map(({ init }) => init)].find((candidate) => candidate.cid === cid)
      if (found) return found
    }
    return undefined
  }

  /** A page of hosted videos, newest first, of one repo (DID or handle) or of all. A malformed cursor gives undefined. */
  page(repo: string | undefined, limit: number, cursor: string | undefined): Page<CatalogEntry> | undefined {
    const listed = [...this.#entries.values()]
      .filter((entry) => this.hosts(entry) && !entry.unavailable)
      .filter(({ author }) => repo === undefined || repo === author.did || repo === author.handle)
    return pageOf(listed, publishedAt, limit, cursor)
  }

  async #admit(entry: CatalogEntry): Promise<void> {
    if (entry.folder !== undefined) await this.media(entry.folder)
    this.#entries.set(entry.uri, entry)
  }

  #save(): Promise<void> {
    const text = JSON.stringify([...this.#entries.values()], null, 2)
    this.#saved = this.#saved.then(() => writeFile(this.#file, text))
    return this.#saved
  }
}

/** `createdAt`, or the time in the record key where a generation of the record has none, in ms. */
function publishedAt({ uri, record }: CatalogEntry): number {
  const written = Date.parse(String(record['createdAt']))
  if (!Number.isNaN(written)) return written
  let bits = 0n
  for (const letter of uri.slice(uri.lastIndexOf('/') + 1)) bits = bits * 32n + BigInt('234567abcdefghijklmnopqrstuvwxyz'.indexOf(letter))
  // The identifier counts microseconds.
  return Number((bits >> 10n) / 1000n)
}
