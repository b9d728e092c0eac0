import { basename } from 'node:path'
import { putRecord, type SignedIn } from './accounts.ts'
import type { PublishedVideo } from './publish-video.ts'
import { tidAt } from './tid.ts'

/** A comment of the demo; `answers` is the place of the one that it answers, `likedBy` who likes it. */
interface DemoComment {
  by: string
  text: string
  at: Date
  answers?: number
  likedBy?: string
}

/** What creators say of each other's videos, by media folder. */
const COMMENTS: Record<string, readonly DemoComment[]> = {
  'paper-mountains': [
    { by: 'basalt', text: 'The ridges look torn, not drawn. How did you do that?', at: new Date('2026-10-18T18:20:31Z'), likedBy: 'aurora' },
    { by: 'aurora', text: 'Every ridge has noise of its own, @basalt.test: a slow wave, a quicker one on it, and a little roughness on top.', at: new Date('2026-10-18T18:41:09Z'), answers: 0 },
    { by: 'cirrus', text: 'I came for the sunset and stayed for the pines.', at: new Date('2026-10-19T07:05:54Z') },
  ],
}

/** Writes the demo's comments on those of the videos that it has comments on, each into its author's repo. */
export async function publishComments(pds: string, accounts: ReadonlyMap<string, SignedIn>, videos: readonly PublishedVideo[]): Promise<void> {
  const person = (label: string) => accounts.get(label) ?? fail(label)
  for (const video of videos) {
    const written: { uri: string; cid: string }[] = []
    for (const { by, text, at, answers, likedBy } of COMMENTS[basename(video.folder)] ?? []) {
      // Of an answer to the first of its thread, which is the root.
      const answered = answers === undefined ? undefined : written[answers]
      const reply = answered && { root: answered, parent: answered }
      const facets = mentions(text, accounts)
      const record = { text, createdAt: at.toISOString(), video: video.uri, ...(facets.length > 0 && { facets }), ...(reply && { reply }) }
      const { uri, cid } = await putRecord(pds, person(by), 'place.stream.vod.comment', keyAt(at), record)
      written.push({ uri, cid })
      if (likedBy !== undefined) {
        const later = new Date(at.getTime() + 60_000)
        await putRecord(pds, person(likedBy), 'place.stream.like', keyAt(later), { subject: uri, createdAt: later.toISOString() })
      }
    }
  }
}

/** `place.stream.richtext.facet` of every account that a text names. */
function mentions(text: string, accounts: ReadonlyMap<string, SignedIn>): object[] {
  return [...accounts.values()].flatMap(({ did, handle }) => {
    const place = text.indexOf(`@${handle}`)
    if (place < 0) return []
    const byteStart = Buffer.byteLength(text.slice(0, place))
    const features = [{ $type: 'app.bsky.richtext.facet#mention', did }]
    return [{ index: { byteStart, byteEnd: byteStart + Buffer.byteLength(handle) + 1 }, features }]
  })
}

const keyAt = (time: Date) => tidAt(BigInt(time.getTime()) * 1000n)

function fail(label: string): never {
  throw new Error(`no account ${label} for a comment`)
}
