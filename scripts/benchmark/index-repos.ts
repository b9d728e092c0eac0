import { createHash } from 'node:crypto'
import { once } from 'node:events'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { PUBLIC_PDS } from './index-appview.ts'

/** Repos on a PDS that answers at once, and the directory that knows whose they are. */
export interface Repos {
  origin: string
  dids: readonly string[]
  /** Requests to the PDS so far, by method. */
  requests(): Record<string, number>
  stop(): void
}

const COLLECTION = 'place.stream.video'
const LATEST_COMMIT = 'com.atproto.sync.getLatestCommit'
const LIST_RECORDS = 'com.atproto.repo.listRecords'
/** Of one page of a PDS. */
const MOST = 100
/** In the letters of which DIDs and record keys are made, in their order. */
const LETTERS = '234567abcdefghijklmnopqrstuvwxyz'

/** Starts `count` repos of `size` records each. Every answer is made beforehand, so that nobody waits for it. */
export async function startRepos(count: number, size: number): Promise<Repos> {
  const dids = Array.from({ length: count }, (_, index) => `did:plc:${letters(index + 1, 24)}`)
  const answers = new Map<string, Buffer>()
  for (const [index, did] of dids.entries()) {
    const document = { id: did, alsoKnownAs: [`at://creator-${index + 1}.example.com`], service: [{ id: '#atproto_pds', type: 'AtprotoPersonalDataServer', serviceEndpoint: PUBLIC_PDS }] }
    answers.set(`/${did}`, Buffer.from(JSON.stringify(document)))
    answers.set(`${LATEST_COMMIT} ${did}`, Buffer.from(JSON.stringify({ cid: cidOf(did), rev: '3m6abcdefgh22' })))
    for (let from = 0; from < size || from === 0; from += MOST) {
      const records = Array.from({ length: Math.min(MOST, size - from) }, (_, at) => record(did, from + at))
      const cursor = from + MOST < size ? { cursor: String(from + MOST) } : {}
      answers.set(`${LIST_RECORDS} ${did} ${from}`, Buffer.from(JSON.stringify({ records, ...cursor })))
    }
  }
  const counts: Record<string, number> = {}
  const server = createServer((request, response) => {
    const key = keyOf(request)
    const [method = ''] = key.split(' ')
    if (!key.startsWith('/')) counts[method] = (counts[method] ?? 0) + 1
    answer(response, answers.get(key))
  })
  server.keepAliveTimeout = 60_000
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return {
    origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    dids,
    requests: () => ({ ...counts }),
    stop: () => {
      server.close()
      server.closeAllConnections()
    },
  }
}

function keyOf(request: IncomingMessage): string {
  const { pathname, searchParams } = new URL(request.url ?? '/', 'http://localhost')
  const method = pathname.replace(/^\/xrpc\//, '')
  if (method === LATEST_COMMIT) return `${method} ${searchParams.get('did')}`
  if (method === LIST_RECORDS && searchParams.get('collection') === COLLECTION) return `${method} ${searchParams.get('repo')} ${searchParams.get('cursor') ?? 0}`
  return pathname.startsWith('/xrpc/') ? method : decodeURIComponent(pathname)
}

function answer(response: ServerResponse, body: Buffer | undefined): void {
  const [status, bytes] = body === undefined ? [404, Buffer.from('{"error":"NotFound","message":"nobody here has it"}')] : [200, body]
  response.writeHead(status, { 'content-type': 'application/json', 'content-length': bytes.length }).end(bytes)
}

/** A record as creators write them. */
function record(did: string, index: number): object {
  const uri = `at://${did}/${COLLECTION}/${letters(index, 13)}`
  const value = {
    $type: COLLECTION,
    title: `The ${index + 1}. of many recordings, with a title of usual length`,
    description: 'What it shows, in a line or two, as most creators write it.\n\nWhere it was made.\n\n0:00 The beginning\n0:05 The middle',
    tags: ['lang:en', `topic-${index % 50}`],
    durationMs: 60_000 + index * 10,
    createdAt: new Date(Date.UTC(2024, 0, 1) + index * 600_000).toISOString(),
    source: { $type: 'place.stream.media.defs#sourceTracks', tracks: [] },
  }
  return { uri, cid: cidOf(uri), value }
}

/** A CID of version 1, of a record, as the data model wants it; its digest is that of `text`. */
function cidOf(text: string): string {
  return `b${base32(Buffer.concat([Buffer.from([0x01, 0x71, 0x12, 0x20]), createHash('sha256').update(text).digest()]))}`
}

function base32(bytes: Buffer): string {
  const alphabet = 'abcdefghijklmnopqrstuvwxyz234567'
  let [text, bits, held] = ['', 0, 0]
  for (const byte of bytes) {
    held = (held << 8) | byte
    for (bits += 8; bits >= 5; bits -= 5) text += alphabet[(held >>> (bits - 5)) & 31]
    held &= 0xff
  }
  return bits > 0 ? text + alphabet[(held << (5 - bits)) & 31] : text
}

function letters(number: number, length: number): string {
  return Array.from({ length }, (_, at) => LETTERS[Math.floor(number / 32 ** (length - 1 - at)) % 32]).join('')
}
