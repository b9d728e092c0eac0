import { decode, decodeAll } from '@atproto/lex-cbor'
import { lexToJson } from '@atproto/lex-json'
import type { BlockMap } from '@atproto/repo'

/** One frame of `com.atproto.sync.subscribeRepos`, decoded. `time` is an ISO timestamp; `seq` the PDS's own number of the event. */
export type Frame =
  | { kind: 'commit'; seq: number; time: string; did: string; rev: string; writes: Write[] }
  | { kind: 'identity'; seq: number; time: string; did: string; handle?: string }
  | { kind: 'account'; seq: number; time: string; did: string; active: boolean; status?: string }
  | { kind: 'sync'; seq: number; time: string; did: string; rev: string }
  | { kind: 'info'; name: string; message?: string }
  | { kind: 'error'; error: string; message?: string }

/** One write of a commit. `record` is JSON in the data model's spelling (`$link`, `$bytes`). */
export interface Write {
  operation: 'create' | 'update' | 'delete'
  collection: string
  rkey: string
  record?: unknown
  cid?: string
}

/** The parts of a frame's body that are read here; each type of message has some of them. */
interface Body {
  seq: number
  time: string
  repo: string
  did: string
  rev: string
  blocks: Uint8Array
  ops: { action: Write['operation']; path: string; cid: Parameters<BlockMap['get']>[0] | null }[]
  handle?: string
  active: boolean
  status?: string
  name: string
  error: string
  message?: string
}

/** Decodes a frame: two DAG-CBOR values, header and body (atproto's Event Stream spec). None for a type of message that isn't known. */
export async function readFrame(bytes: Uint8Array): Promise<Frame | undefined> {
  const [header, content] = [...decodeAll(bytes)] as unknown as [{ op: number; t?: string }, Body]
  const { seq, time, did, rev, message } = content
  const withMessage = message === undefined ? {} : { message }
  if (header.op === -1) return { kind: 'error', error: content.error, ...withMessage }
  switch (header.t) {
    case '#commit':
      return { kind: 'commit', seq, time, did: content.repo, rev, writes: await writesOf(content) }
    case '#identity':
      return { kind: 'identity', did, ...(content.handle !== undefined && { handle: content.handle }), seq, time }
    case '#account':
      return { kind: 'account', active: content.active, did, seq, ...(content.status !== undefined && { status: content.status }), time }
    case '#sync':
      return { kind: 'sync', seq, time, did, rev }
    case '#info':
      return { kind: 'info', name: content.name, ...withMessage }
    default:
      return undefined
  }
}

async function writesOf({ blocks: car, ops }: Body): Promise<Write[]> {
  // When it is needed: it takes as long to load as all the rest of the service.
  const { readCar } = await import('@atproto/repo')
  const { blocks } = await readCar(car)
  return ops.map(({ action, path, cid }) => {
    const [collection = '', rkey = ''] = path.split('/')
    if (action === 'delete' || cid === null) return { operation: action, collection, rkey }
    const bytes = blocks.get(cid)
    return { operation: action, collection, rkey, ...(bytes && { record: lexToJson(decode(bytes)) }), cid: cid.toString() }
  })
}
