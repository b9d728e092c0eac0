import { putRecord, type Account } from '../publish/accounts.ts'
import type { PublishedVideo } from '../publish/publish-video.ts'
import { procedure } from '../publish/xrpc-client.ts'
import { indexCreators, operateAppview, type AppView } from '../system/appview.ts'
import { getJson } from './requests.ts'

/** What the index is checked with. */
export interface Indexed {
  appview: AppView
  pds: string
  creators: readonly Account[]
  videos: readonly PublishedVideo[]
}

const COLLECTION = 'place.stream.video'
const RKEY = 'checked'

type Item = { uri: string; title: string }

/** Registers the creators and syncs them. */
export async function register({ appview, creators, videos }: Indexed): Promise<string> {
  await indexCreators(appview, creators.map(({ did }) => did))
  const stats = await operateAppview<{ videos: number; creators: number; failing: number }>(appview, 'getStats')
  if (stats.videos < videos.length || stats.failing > 0) throw new Error(`indexed: ${JSON.stringify(stats)}`)
  return `${stats.creators} creators, ${stats.videos} videos`
}

/** Lists through the video bundle at `bundle`, whose source has to be the index. */
export async function listed(bundle: string, { videos }: Indexed): Promise<string> {
  const page = (await getJson(`${bundle}/listVideos?limit=99`)) as { videos?: Item[]; source?: string }
  if (page.source !== 'appview') throw new Error(`listed by ${page.source}`)
  const missing = videos.filter(({ uri }) => !page.videos?.some((item) => item.uri === uri))
  if (missing.length > 0) throw new Error(`without ${missing.map(({ title }) => `“${title}”`).join(', ')}`)
  return `${page.videos?.length} videos, listed by the AppView`
}

/** Searches through the video bundle for a word of a title. */
export async function searched(bundle: string, { videos }: Indexed): Promise<string> {
  const [video] = videos
  const word = video?.title.split(/\W+/).sort((a, b) => b.length - a.length)[0] ?? ''
  const page = (await getJson(`${bundle}/listVideos?${new URLSearchParams({ q: word })}`)) as { videos?: Item[] }
  if (!page.videos?.some(({ uri }) => uri === video?.uri)) throw new Error(`“${word}” doesn't find “${video?.title}”`)
  return `“${word}” finds ${page.videos.length}`
}

/** Makes, edits and deletes a record on the PDS, and sees the index follow each time. */
export async function follows(indexed: Indexed): Promise<string> {
  const { appview, pds, creators } = indexed
  const [creator] = creators
  if (creator === undefined) throw new Error('no creator')
  const { did, handle, password } = creator
  const { accessJwt } = await procedure<{ accessJwt: string }>(pds, 'com.atproto.server.createSession', { identifier: handle, password })
  const signedIn = { ...creator, displayName: handle, authorization: `Bearer ${accessJwt}` }
  const title = async (): Promise<string | undefined> => {
    await operateAppview(appview, 'triggerSync', { did })
    const page = await operateAppview<{ videos: Item[] }>(appview, `listVideos?${new URLSearchParams({ creator: did, limit: '100' })}`)
    return page.videos.find(({ uri }) => uri.endsWith(`/${RKEY}`))?.title
  }
  const expect = async (due: string | undefined): Promise<void> => {
    const found = await title()
    if (found !== due) throw new Error(`the index has ${JSON.stringify(found)}, the repo ${JSON.stringify(due)}`)
  }
  const record = { durationMs: 60_000, createdAt: '2026-01-01T00:00:00Z', source: { $type: 'place.stream.media.defs#sourceTracks', tracks: [] } }
  await putRecord(pds, signedIn, COLLECTION, RKEY, { ...record, title: 'Made to be checked' })
  await expect('Made to be checked')
  await putRecord(pds, signedIn, COLLECTION, RKEY, { ...record, title: 'Edited to be checked' })
  await expect('Edited to be checked')
  await procedure(pds, 'com.atproto.repo.deleteRecord', { repo: did, collection: COLLECTION, rkey: RKEY }, signedIn.authorization)
  await expect(undefined)
  return 'made, edited and deleted, and so in the index'
}
