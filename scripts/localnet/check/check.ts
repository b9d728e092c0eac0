import type { PublishedVideo } from '../publish/publish-video.ts'
import type { BundleRef } from '../system/runner.ts'
import { heldTo, picture, storyboard } from './pictures.ts'
import { follows, listed as listedByIndex, register, searched, type Indexed } from './index.ts'
import { firstBoxOf, firstSegmentOf, mediaPlaylistsOf } from './playback.ts'
import { get, getJson } from './requests.ts'
import { sharePage } from './share.ts'

/** What is to be checked. */
export interface Subject {
  runnerUrl: string
  webUrl: string
  bundle: BundleRef
  videos: readonly PublishedVideo[]
  /** The index, where there is one. */
  indexed?: Indexed
}

/** How many titles the home page is held to: those of its first rows. */
const TITLES_ON_HOME = 8

/**
 * Does the main job once over HTTP: resolve the release, list, playlist, first bytes and pictures of each video, a share page, the index, the home
 * page.
 * `print` gets a line per step, `ok     what was asked → what came back`, or `FAILED …` with the reason. True when all went well;
 * a step that needs an earlier one's answer fails with it.
 */
export async function check(subject: Subject, print: (line: string) => void): Promise<boolean> {
  let allWell = true
  const step = async <T>(asked: string, run: () => Promise<[T, string]>): Promise<T | undefined> => {
    try {
      const [value, answered] = await run()
      print(`ok     ${asked} → ${answered}`)
      return value
    } catch (error) {
      allWell = false
      print(`FAILED ${asked} → ${reason(error)}`)
      return undefined
    }
  }

  const { did, name, channel } = subject.bundle
  const bundlePath = `/bundle/${did}/${name}`
  const version = await step(`GET ${bundlePath}/${channel}`, () => resolveVersion(`${subject.runnerUrl}${bundlePath}/${channel}`))
  if (version === undefined) return false

  const path = `${bundlePath}/${version}`
  const listed = await step(`GET ${path}/listVideos`, () => listAll(`${subject.runnerUrl}${path}/listVideos`, subject.videos))
  for (const { uri, title } of subject.videos) {
    const url = `${subject.runnerUrl}${path}/getPlaylist?${new URLSearchParams({ uri })}`
    const playlists = await step(`getPlaylist of “${title}”`, async () => {
      const found = await mediaPlaylistsOf(url)
      return [found, `master playlist, ${found.length} rendition${found.length === 1 ? '' : 's'}, absolute URIs`]
    })
    const [first] = playlists ?? []
    if (first === undefined) continue
    await step(`first bytes of “${title}”`, async () => {
      const segment = await firstSegmentOf(first)
      return [undefined, `206, box ${await firstBoxOf(segment)} at byte ${segment.offset}`]
    })
    await step(`thumbnail of “${title}”`, async () => {
      const { width, height, bytes } = await picture(`${subject.runnerUrl}${path}/getThumbnail?${new URLSearchParams({ uri, width: '320' })}`)
      return [undefined, `JPEG of ${width}x${height}, ${bytes.length} bytes`]
    })
    await step(`storyboard of “${title}”`, async () => {
      const cues = await storyboard(`${subject.runnerUrl}${path}/getVtt?${new URLSearchParams({ uri })}`)
      const sheets = await heldTo(cues)
      return [undefined, `${cues.length} tiles up to ${cues.at(-1)?.end ?? 0} s, on ${sheets.map(({ width, height }) => `${width}x${height}`).join(' and ')}`]
    })
  }
  const [shared] = subject.videos
  if (shared !== undefined) {
    await step(`share page of “${shared.title}”`, async () => [undefined, await sharePage(`${subject.runnerUrl}${path}`, shared)])
  }
  const { indexed } = subject
  if (indexed !== undefined) {
    const bundleUrl = `${subject.runnerUrl}${path}`
    await step('creators register with the AppView', async () => [undefined, await register(indexed)])
    await step('a list by way of the AppView', async () => [undefined, await listedByIndex(bundleUrl, indexed)])
    await step('a search', async () => [undefined, await searched(bundleUrl, indexed)])
    await step('a record on the PDS', async () => [undefined, await follows(indexed)])
  }
  await step(`GET ${subject.webUrl}/`, () => homePage(subject.webUrl, (listed ?? []).slice(0, TITLES_ON_HOME)))
  return allWell
}

async function resolveVersion(url: string): Promise<[string, string]> {
  const described = await getJson(url)
  const { version } = described
  if (typeof version !== 'string' || !/^\d+\.\d+\.\d+/.test(version)) throw new Error(`no exact version in ${JSON.stringify(described).slice(0, 300)}`)
  return [version, `version ${version}`]
}

/** Walks all pages; gives the titles in the order of the list. */
async function listAll(url: string, published: readonly PublishedVideo[]): Promise<[string[], string]> {
  const listed = new Map<string, string>()
  let cursor: string | undefined
  do {
    const page = (await getJson(`${url}?${new URLSearchParams({ limit: '50', ...(cursor !== undefined && { cursor }) })}`)) as {
      videos?: { uri: string; title: string }[]
      cursor?: string
    }
    if (!Array.isArray(page.videos)) throw new Error(`no list of videos in ${JSON.stringify(page).slice(0, 300)}`)
    const before = listed.size
    for (const { uri, title } of page.videos) listed.set(uri, title)
    cursor = listed.size > before ? page.cursor : undefined
  } while (cursor !== undefined)
  const missing = published.filter(({ uri, title }) => listed.get(uri) !== title)
  if (missing.length > 0) throw new Error(`${listed.size} videos, without ${missing.map(({ title }) => `“${title}”`).join(', ')}`)
  return [[...listed.values()], `${listed.size} videos, all ${published.length} published among them`]
}

async function homePage(webUrl: string, titles: readonly string[]): Promise<[undefined, string]> {
  const { text, type } = await get(`${webUrl}/`, 'text/html')
  if (!type.startsWith('text/html')) throw new Error(`content-type ${type}`)
  const shown = unescapeHtml(text.replace(/<script\b[\s\S]*?<\/script>/g, ''))
  const missing = titles.filter((title) => !shown.includes(title))
  if (titles.length === 0 || missing.length > 0) throw new Error(`200, without the title ${missing.map((title) => `“${title}”`).join(', ') || 'of any video'}`)
  return [undefined, `200, with the titles of ${titles.length} videos`]
}

function unescapeHtml(html: string): string {
  const entities: Record<string, string> = { '&lt;': '<', '&gt;': '>', '&quot;': '"', '&#39;': "'", '&#x27;': "'", '&amp;': '&' }
  return html.replace(/&(?:lt|gt|quot|#39|#x27|amp);/g, (entity) => entities[entity] ?? entity)
}

function reason(error: unknown): string {
  if (!(error instanceof Error)) return String(error)
  const cause = error.cause instanceof Error ? ` (${error.cause.message})` : ''
  return `${error.message}${cause}`.replace(/\s*\n\s*/g, ' ')
}
