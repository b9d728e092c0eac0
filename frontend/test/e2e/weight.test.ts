import assert from 'node:assert/strict'
import { test } from 'node:test'
import { gzipSync } from 'node:zlib'
import { openPage, playedTo, siteUrl } from './browser.ts'

/** Bytes after `gzip -9`, of 1,000 to the kilobyte. */
const ENTRY_SCRIPTS = 100_000
const PLAYER_SCRIPTS = 260_000
const STYLES = 30_000

test('what the home page, the player and all styles weigh stays within its budget', async (t) => {
  const entry = await namedScripts('/')
  within(await weights(entry), ENTRY_SCRIPTS, 'scripts of the home page')

  const { page } = await openPage(t)
  const asked = new Set<string>()
  page.on('request', (request) => void asked.add(request.url()))
  await page.goto(`${siteUrl()}/`, { waitUntil: 'networkidle' })
  await page.locator('main article').first().getByRole('link').click()
  await playedTo(page, 0.5)
  await page.waitForLoadState('networkidle')
  const own = [...asked].filter((url) => url.startsWith(`${siteUrl()}/_nuxt/`))
  const player = own.filter((url) => url.endsWith('.js') && !entry.includes(url))
  assert.ok(entry.length > 0 && player.length > 0)
  within(await weights(player), PLAYER_SCRIPTS, 'scripts of the player and its page')
  within(await weights(own.filter((url) => url.endsWith('.css'))), STYLES, 'styles')
})

/** The scripts that a page's HTML names, which is what it needs before anybody does anything. */
async function namedScripts(path: string): Promise<string[]> {
  const html = await (await fetch(`${siteUrl()}${path}`)).text()
  const tags = html.match(/<script\b[^>]*\bsrc="[^"]+"|<link\b[^>]*\brel="modulepreload"[^>]*>/g) ?? []
  const paths = tags.map((tag) => /(?:src|href)="([^"]+\.js)"/.exec(tag)?.[1]).filter((found) => found !== undefined)
  return [...new Set(paths)].map((found) => new URL(found, siteUrl()).href)
}

async function weights(urls: string[]): Promise<[url: string, bytes: number][]> {
  return Promise.all(urls.map(async (url) => [url, gzipSync(Buffer.from(await (await fetch(url)).arrayBuffer()), { level: 9 }).length] as [string, number]))
}

function within(files: [url: string, bytes: number][], budget: number, what: string): void {
  const sum = files.reduce((bytes, [, more]) => bytes + more, 0)
  const listed = files.map(([url, bytes]) => `${bytes} ${new URL(url).pathname}`).join('\n')
  assert.ok(sum <= budget, `${what}: ${sum} bytes, at most ${budget}\n${listed}`)
}
