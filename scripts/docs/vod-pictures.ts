/**
 * Makes the pictures of docs/vod.md from a running system: thumbnails.jpg, storyboard.jpg and share.jpg.
 *
 *     node scripts/docs/vod-pictures.ts BUNDLE_URL      the URL that ./scripts/dev prints as Bundle
 */
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { chromium } from 'playwright-core'
import { heldTo, picture, storyboard } from '../localnet/check/pictures.ts'
import { ROOT } from '../localnet/places.ts'

interface Video {
  uri: string
  cid: string
  title: string
  durationMs: number
}

const WIDTH = 1200
/** The video whose storyboard and card are shown. */
const SHOWN = 'How a Video Finds You'

const [bundle] = process.argv.slice(2)
if (!bundle) throw new Error('usage: node scripts/docs/vod-pictures.ts BUNDLE_URL')
const at = (endpoint: string, query: Record<string, string>) => `${bundle}/${endpoint}?${new URLSearchParams(query)}`

const { videos } = (await (await fetch(at('listVideos', { limit: '50' }))).json()) as { videos: Video[] }
const shown = videos.find(({ title }) => title === SHOWN)
if (!shown) throw new Error(`no video “${SHOWN}” among ${videos.length}`)
const names = ({ uri, cid }: Video) => ({ uri, cid })

const tiles = await Promise.all(
  videos.map(async (video) => {
    const { width, height, bytes } = await picture(at('getThumbnail', { ...names(video), width: '480' }))
    return `<figure><div><img src="data:image/jpeg;base64,${bytes.toString('base64')}"></div><figcaption>${escaped(video.title)}<br><small>${width}x${height}, ${(bytes.length / 1000).toFixed(1)} kB</small></figcaption></figure>`
  }),
)
const page = `<!doctype html><style>
  body { margin: 0; padding: 24px; box-sizing: border-box; width: ${WIDTH}px; background: #14110f; color: #f3ede4; font: 14px/1.35 system-ui, sans-serif; display: grid; grid-template-columns: repeat(4, 1fr); gap: 20px }
  figure { margin: 0 } div { aspect-ratio: 16/9; background: #000; display: grid; place-items: center; border-radius: 6px; overflow: hidden }
  img { max-width: 100%; max-height: 100%; min-height: 0; display: block } figcaption { margin-top: 8px } small { color: #b5a998 }
</style>${tiles.join('')}`

const browser = await chromium.launch({ executablePath: process.env['CHROMIUM'] ?? '/usr/bin/chromium', args: ['--no-sandbox'] })
try {
  const tab = await browser.newPage({ viewport: { width: WIDTH, height: 600 } })
  await tab.setContent(page, { waitUntil: 'load' })
  await tab.screenshot({ path: join(ROOT, 'docs/thumbnails.jpg'), fullPage: true, type: 'jpeg', quality: 80 })
} finally {
  await browser.close()
}

const cues = await storyboard(at('getVtt', names(shown)))
await heldTo(cues)
await writeFile(join(ROOT, 'docs/storyboard.jpg'), (await picture(cues[0]?.sheet ?? '')).bytes)
await writeFile(join(ROOT, 'docs/share.jpg'), (await picture(at('getShareImage', names(shown)))).bytes)
console.log(`docs/thumbnails.jpg of ${videos.length} videos, docs/storyboard.jpg of ${cues.length} tiles, docs/share.jpg`)

function escaped(text: string): string {
  return text.replace(/[&<>"]/g, (character) => `&#${character.charCodeAt(0)};`)
}
