/** Videos that the network's Streamplace node knows and no repo holds: their records may say anything. */
import { join } from 'node:path'
import { DEMO_MEDIA } from '../../../scripts/localnet/places.ts'
import { videos } from './system.ts'

export interface Indexed {
  uri: string
  cid: string
  did: string
  rkey: string
}

/** Has the node index `record` under that key; `slug` is the demo video whose media it has. */
export async function indexVideo(rkey: string, author: { did: string; handle: string; displayName?: string; avatar?: string }, record: object, slug = 'paper-mountains'): Promise<Indexed> {
  const uri = `at://${author.did}/place.stream.video/${rkey}`
  // Any will do: nobody looks into a repo for it.
  const cid = videos[0]?.cid ?? ''
  const clip = JSON.stringify(record).includes('#sourceClip')
  const entry = { uri, cid, author, record: { $type: 'place.stream.video', createdAt: '2026-01-02T03:04:05.000Z', durationMs: 20_000, ...record }, ...(!clip && { folder: join(DEMO_MEDIA, slug) }) }
  const response = await fetch(`${process.env['STREAMPLACE_URL']}/__videos`, { method: 'POST', body: JSON.stringify(entry) })
  if (!response.ok) throw new Error(`${uri}: ${response.status} ${await response.text()}`)
  return { uri, cid, did: author.did, rkey }
}
