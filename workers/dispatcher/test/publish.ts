/** Publishing bundles as an author would, straight through the PDS's XRPC. */
import { procedure } from '../../../scripts/localnet/publish/xrpc-client.ts'
import { PDS_URL, account } from './system.ts'

/** Somebody who is logged in to the PDS. */
export interface Author {
  did: string
  /** Value of the `Authorization` header. */
  authorization: string
}

/** What a PDS says of bytes that it took in. */
export interface Blob {
  $type: 'blob'
  ref: { $link: string }
  mimeType: string
  size: number
}

/** A module's code. What is declared beside it may be a lie. */
export interface Source {
  type: 'esm' | 'wasm' | 'text' | 'json' | 'data'
  bytes: string | Uint8Array
  /** The decoded size that the release declares; the true one unless given. */
  size?: number
  encoding?: 'gzip'
  /** Changes the blob reference that the release holds. */
  blob?: (blob: Blob) => object
}

/** A release to be. */
export interface Draft {
  name: string
  version?: string
  /** By path; `index.js` is the main one. A text is an esm module. */
  modules: Record<string, string | Source>
  /** `hello` is asked with GET, `POST save` with POST. */
  endpoints?: string[]
  net?: string[]
  blobs?: { maxBytes: number }
  /** Bundles that it may call, as `did/name` or `config:NAME`. */
  bundles?: string[]
  config?: string[]
  /** Further fields of the record, or others in place of these. */
  more?: object
}

/** A published release. */
export interface Published {
  /** `/bundle/{did}/{name}/{version}` */
  path: string
  uri: string
  cid: string
}

const MIME_TYPES: Record<Source['type'], string> = {
  esm: 'application/javascript',
  wasm: 'application/wasm',
  text: 'text/plain',
  json: 'application/json',
  data: 'application/octet-stream',
}

/** Logs an account of the network in. */
export async function signIn(handle: string): Promise<Author> {
  const { did, password } = account(handle)
  const session = await procedure<{ accessJwt: string }>(PDS_URL, 'com.atproto.server.createSession', { identifier: did, password })
  return { did, authorization: `Bearer ${session.accessJwt}` }
}

/** Uploads the modules and writes the release record. */
export async function publish(author: Author, draft: Draft): Promise<Published> {
  const { name, version = '1.0.0', net = [], blobs, bundles, config = [], endpoints = ['run'], more = {} } = draft
  const record = {
    name,
    version,
    main: 'index.js',
    modules: await Promise.all(Object.entries(draft.modules).map(([path, source]) => moduleOf(author, path, source))),
    compatibilityDate: '2026-11-01',
    endpoints: endpoints.map((endpoint) => {
      const [method, path] = endpoint.includes(' ') ? endpoint.split(' ') : ['GET', endpoint]
      return { name: path, method }
    }),
    permissions: { net, ...(blobs && { blobs }), ...(bundles && { bundles }) },
    config,
    limits: { cpuMs: 1_000, subRequests: 50 },
    createdAt: new Date().toISOString(),
    ...more,
  }
  const { uri, cid } = await putRecord(author, 'run.at.release', `${name}:${version}`, record)
  return { path: `/bundle/${author.did}/${name}/${version}`, uri, cid }
}

/** Points a channel at a release. */
export async function pointChannel(author: Author, name: string, channel: string, { uri, cid }: { uri: string; cid: string }): Promise<void> {
  await putRecord(author, 'run.at.channel', `${name}:${channel}`, { release: { uri, cid }, createdAt: new Date().toISOString() })
}

/** Writes any record. */
export function putRecord({ did, authorization }: Author, collection: string, rkey: string, record: object): Promise<{ uri: string; cid: string }> {
  const input = { repo: did, collection, rkey, validate: false, record: { $type: collection, ...record } }
  return procedure(PDS_URL, 'com.atproto.repo.putRecord', input, authorization)
}

async function moduleOf(author: Author, path: string, source: string | Source): Promise<object> {
  const { type, bytes, encoding, size, blob = (stored: Blob) => stored }: Source = typeof source === 'string' ? { type: 'esm', bytes: source } : source
  const data = Buffer.from(bytes)
  return { path, type, size: size ?? data.length, ...(encoding && { encoding }), blob: blob(await uploadBlob(author, data, MIME_TYPES[type])) }
}

async function uploadBlob({ authorization }: Author, bytes: Uint8Array, mimeType: string): Promise<Blob> {
  const response = await fetch(`${PDS_URL}/xrpc/com.atproto.repo.uploadBlob`, {
    method: 'POST',
    headers: { authorization, 'content-type': mimeType },
    body: Buffer.from(bytes),
    signal: AbortSignal.timeout(30_000),
  })
  if (!response.ok) throw new Error(`uploadBlob: ${response.status} ${await response.text()}`)
  return ((await response.json()) as { blob: Blob }).blob
}
