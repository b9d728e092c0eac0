import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { specsOf, urlsOf } from '../localnet/net-services.ts'
import { DEMO_MEDIA } from '../localnet/places.ts'
import { findFreePortBase, portsFrom } from '../localnet/ports.ts'
import { startService } from '../localnet/service.ts'

/** The origin of the node that the video bundle asks unless told otherwise. */
const PUBLIC_NODE = 'https://stream.place'
const ADMIN_PASSWORD = 'local-admin-password'
const VIDEOS = 60
const CID = 'bafyreidfayvfuwqa7qlnopdjiqrxzs6blmoeu4rujcjtnci5beludirz2a'

/** A node with a list of videos, and nobody else. */
export interface Library {
  /** Where this machine answers for the node's origin. */
  origins: Record<string, string>
  /** The address of one of its videos. */
  uri: string
  stop(): Promise<void>
}

/** Starts a node in `dir` that lists videos as creators write them: a title, a description of some lines, tags. */
export async function openLibrary(dir: string): Promise<Library> {
  const ports = portsFrom(await findFreePortBase())
  const urls = urlsOf(ports)
  await mkdir(dir, { recursive: true })
  const service = await startService(specsOf(ports, urls, dir, dir, ADMIN_PASSWORD).streamplace)
  const did = 'did:plc:ewvi7nxzyoun6zhxrhs64oiz'
  const uriOf = (index: number) => `at://${did}/place.stream.video/v${index}`
  const folder = join(DEMO_MEDIA, 'ink-in-water')
  for (let index = 0; index < VIDEOS; index++) {
    const record = {
      $type: 'place.stream.video',
      title: `The ${index + 1}. of many recordings, with a title of usual length`,
      description: 'What it shows, in a line or two, as most creators write it.\n\nWhere it was made.\n\n0:00 The beginning\n0:05 The middle\n0:10 The end',
      tags: ['lang:en', 'measured'],
      durationMs: 16_000,
      createdAt: new Date(Date.UTC(2026, 0, 1 + index)).toISOString(),
      source: { $type: 'place.stream.media.defs#sourceTracks', tracks: [] },
    }
    const author = { did, handle: 'library.example.com', displayName: 'Library' }
    const response = await fetch(`${urls.streamplace}/__videos`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ uri: uriOf(index), cid: CID, record, author, folder }),
    })
    if (!response.ok) throw new Error(`the node takes no video: ${response.status} ${await response.text()}`)
  }
  return { origins: { [PUBLIC_NODE]: urls.streamplace }, uri: uriOf(0), stop: () => service.stop() }
}
