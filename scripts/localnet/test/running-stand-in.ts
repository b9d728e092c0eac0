import { mkdtemp, rm } from 'node:fs/promises'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Catalog, type CatalogEntry } from '../streamplace/catalog.ts'
import { Reactions } from '../streamplace/reactions.ts'
import { streamplaceServer } from '../streamplace/server.ts'

export const DID = 'did:plc:aaaaaaaaaaaaaaaaaaaaaaaa'
export const OTHER = 'did:plc:bbbbbbbbbbbbbbbbbbbbbbbb'
export const PLAYLIST = 'place.stream.playback.getVideoPlaylist'

/** The at-uri of a video. */
export const at = (rkey: string, did = DID) => `at://${did}/place.stream.video/${rkey}`

/** A stand-in in this process, with a folder of its own. */
export interface RunningStandIn {
  /** For media folders; removed with everything in it. */
  dir: string
  origin: string
  /** What people say of its videos. */
  reactions: Reactions
  xrpc: (method: string, query?: Record<string, string>, init?: RequestInit) => Promise<Response>
  /** The lines of a playlist. */
  playlist: (query: Record<string, string>) => Promise<string[]>
  /** Fetches what stands in a playlist. */
  follow: (path: string) => Promise<Response>
  /** `POST /__videos`; fails unless it is taken. */
  put: (entry: Partial<CatalogEntry> & { uri: string }) => Promise<void>
  stop: () => Promise<void>
}

export async function startStandIn(): Promise<RunningStandIn> {
  const dir = await mkdtemp(join(tmpdir(), 'stand-in-'))
  const catalog = await Catalog.open(join(dir, 'catalog.json'))
  const reactions = new Reactions()
  const server = streamplaceServer(catalog, reactions)
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  const xrpc: RunningStandIn['xrpc'] = (method, query = {}, init = {}) => fetch(`${origin}/xrpc/${method}?${new URLSearchParams(query)}`, init)
  return {
    dir,
    origin,
    reactions,
    xrpc,
    playlist: async (query) => {
      const response = await xrpc(PLAYLIST, { sid: 's', ...query })
      if (!response.ok) throw new Error(`${response.status} ${await response.text()}`)
      return (await response.text()).split('\n')
    },
    follow: (path) => fetch(origin + path),
    put: async (entry) => {
      const did = entry.uri.split('/')[2] ?? ''
      const whole = { cid: 'bafyrecord', record: { title: entry.uri, createdAt: '2026-01-01T00:00:00Z' }, author: { did, handle: 'aurora.test' }, ...entry }
      const response = await fetch(`${origin}/__videos`, { method: 'POST', body: JSON.stringify(whole) })
      if (!response.ok) throw new Error(`${response.status} ${await response.text()}`)
    },
    stop: async () => {
      server.closeAllConnections()
      server.close()
      await rm(dir, { recursive: true })
    },
  }
}
