import type { DatabaseSync } from 'node:sqlite'
import { setImmediate as turn } from 'node:timers/promises'

/** Another one with each change to what the rows say. */
export const ROWS_VERSION = 1

/** Columns of `videos` that are given; the rest has defaults. */
export const COLUMNS = [
  'id', 'creator', 'rkey', 'cid', 'born', 'hidden', 'tie', 'duration_ms', 'created_ms', 'indexed_ms', 'created_at',
  'source', 'tags', 'tag_keys', 'warnings', 'names', 'title', 'description', 'record',
] as const

const CREATORS = 1_000
const CID = 'bafyreidfayvfuwqa7qlnopdjiqrxzs6blmoeu4rujcjtnci5beludirz2a'
const SYLLABLES = 'ba co du fe gi ho ju ka le mi no pu ra se ti vo wu xa ye zi bro cle dri flu gra spe tru'.split(' ')
const TITLE_WORDS = 6
const DESCRIPTION_WORDS = 18

/** Words that there are: all of three syllables. */
export const VOCABULARY = SYLLABLES.length ** 3

/** A word by its rank: the lower, the more often it is met. */
export function word(rank: number): string {
  const { length } = SYLLABLES
  // Neighbours in rank don't begin alike: the last word of a search stands for all that begin with it.
  return [rank % length, Math.floor(rank / length) % length, Math.floor(rank / length ** 2)].map((at) => SYLLABLES[at]).join('')
}

/** A video of `index`, in the order of {@link COLUMNS}: another for each, and always the same. */
export function videoRow(index: number): (number | string)[] {
  const random = randomOf(index)
  // As in a language, few words are met often, and most hardly ever.
  const words = (count: number) => Array.from({ length: count }, () => word(Math.floor(VOCABULARY * random() ** 3))).join(' ')
  const [title, description] = [words(TITLE_WORDS), words(DESCRIPTION_WORDS)]
  const createdMs = Date.UTC(2016, 0, 1) + index * 300_000
  const createdAt = new Date(createdMs).toISOString()
  const durationMs = 10_000 + Math.floor(random() * 7_200_000)
  const tags = JSON.stringify(['lang:en', `topic-${index % 500}`])
  const record = JSON.stringify({ $type: 'place.stream.video', title, durationMs, createdAt })
  const tie = Math.floor(random() * Number.MAX_SAFE_INTEGER)
  return [
    index + 1, (index % CREATORS) + 1, `v${index}`, CID, 0, 0, tie, durationMs, createdMs, createdMs, createdAt,
    'tracks', tags, tags, '[]', nameOf(index % CREATORS), title, description, record,
  ]
}

/** Writes `count` videos into a database that was initialised and is empty. What follows from a video, the schema's own triggers write. */
export async function fill(database: DatabaseSync, count: number): Promise<void> {
  // The full-text index is written each time that so many bytes of it are in memory: with the usual mebibyte, most of the time goes into merging.
  const setMemory = (bytes: number) => database.exec(`INSERT INTO videos_fts (videos_fts, rank) VALUES ('hashsize', ${bytes})`)
  database.exec('BEGIN')
  setMemory(200 * 1024 ** 2)
  const addCreator = database.prepare('INSERT INTO creators (id, did, display_name, registered, added_ms) VALUES (?, ?, ?, 1, 0)')
  for (let index = 0; index < CREATORS; index++) addCreator.run(index + 1, didOf(index), nameOf(index))
  const addVideo = database.prepare(`INSERT INTO videos (${COLUMNS.join(', ')}) VALUES (${COLUMNS.map(() => '?').join(', ')})`)
  for (let index = 0; index < count; index++) {
    addVideo.run(...videoRow(index))
    // Whoever wants to end this process is heard.
    if (index % 5_000 === 0) await turn()
  }
  setMemory(1024 ** 2)
  database.exec('COMMIT')
}

/** Of 24 letters, none of which is a digit that such a DID can't have. */
function didOf(creator: number): string {
  return `did:plc:${[...String(creator).padStart(24, '0')].map((digit) => 'abcdefghij'[Number(digit)]).join('')}`
}

function nameOf(creator: number): string {
  return `Creator ${creator + 1}`
}

/** Numbers from 0 to 1, the same for the same seed: https://github.com/bryc/code/blob/master/jshash/PRNGs.md#splitmix32. */
function randomOf(seed: number): () => number {
  let state = Math.imul(seed + 1, 0x9e3779b1)
  return () => {
    state = (state + 0x9e3779b9) | 0
    let mixed = Math.imul(state ^ (state >>> 16), 0x21f0aaad)
    mixed = Math.imul(mixed ^ (mixed >>> 15), 0x735a2d97)
    return ((mixed ^ (mixed >>> 15)) >>> 0) / 2 ** 32
  }
}
