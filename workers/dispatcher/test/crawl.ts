/** Pages as crawlers of other sites see them: the first hop, and what its head says. */
import assert from 'node:assert/strict'

/** Who comes for a link that somebody shared, and a person's browser. */
export const CRAWLERS: Readonly<Record<string, string>> = {
  Bluesky: 'Mozilla/5.0 (compatible; Bluesky Cardyb/1.1; +mailto:support@bsky.app)',
  X: 'Twitterbot/1.0',
  Facebook: 'facebookexternalhit/1.1 (+http://www.facebook.com/externalhit_uatext.php)',
  Discord: 'Mozilla/5.0 (compatible; Discordbot/2.0; +https://discordapp.com)',
  Slack: 'Slackbot-LinkExpanding 1.0 (+https://api.slack.com/robots)',
  Mastodon: 'Mastodon/4.5.0 (http.rb/5.2.0; +https://mastodon.example/)',
  Telegram: 'TelegramBot (like TwitterBot)',
  LinkedIn: 'LinkedInBot/1.0 (compatible; Mozilla/5.0; Apache-HttpClient +http://www.linkedin.com)',
  WhatsApp: 'WhatsApp/2.24 A',
  browser: 'Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/142.0.0.0 Safari/537.36',
}

/** An answer, whole. */
export interface Visit {
  status: number
  headers: Headers
  bytes: Buffer
  text: string
}

/** Asks for a URL and follows nothing. */
export async function visit(url: string, headers: Record<string, string> = {}, method = 'GET'): Promise<Visit> {
  const response = await fetch(url, { method, headers, redirect: 'manual', signal: AbortSignal.timeout(30_000) })
  const bytes = Buffer.from(await response.arrayBuffer())
  return { status: response.status, headers: response.headers, bytes, text: bytes.toString() }
}

const CACHE = 'public, max-age=60, s-maxage=600, stale-while-revalidate=86400'

/** Asserts that an answer is kept for a while, and asked for again by what names its content. */
export function assertKept(headers: Headers): void {
  assert.equal(headers.get('cache-control'), CACHE)
  assert.match(headers.get('etag') ?? '', /^(W\/)?"[^"]+"$/)
}

/** Asserts 304 for whoever has it, and HEAD with the headers of GET. */
export async function assertKnownAgain(url: string, length: number): Promise<void> {
  const etag = (await visit(url)).headers.get('etag') ?? ''
  for (const known of [etag, `"other", ${etag}`, `W/${etag.replace('W/', '')}`, '*']) {
    const answer = await visit(url, { 'if-none-match': known })
    assert.deepEqual([answer.status, answer.bytes.length, answer.headers.get('etag')], [304, 0, etag], `${url} ${known}`)
  }
  assert.equal((await visit(url, { 'if-none-match': '"other"' })).status, 200)
  const head = await visit(url, {}, 'HEAD')
  assert.deepEqual([head.status, head.bytes.length, head.headers.get('etag'), head.headers.get('cache-control')], [200, 0, etag, CACHE], url)
  assert.ok([null, String(length)].includes(head.headers.get('content-length')), url)
}

/** An element, with its text where it holds nothing but text. */
export interface Element {
  name: string
  attributes: Record<string, string>
  text: string
  /** The byte at which its start tag ends. */
  end: number
}

const TAG = /<!--[\s\S]*?-->|<([a-z][a-z0-9-]*)((?:\s+[^\s"'<>/=]+(?:\s*=\s*(?:"[^"]*"|'[^']*'|[^\s"'=<>`]+))?)*)\s*\/?>/gi
const ATTRIBUTE = /([^\s"'<>/=]+)(?:\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s"'=<>`]+)))?/g

/** Every element of a page, in order. */
export function elements(html: string): Element[] {
  const found: Element[] = []
  TAG.lastIndex = 0
  for (let match = TAG.exec(html); match; match = TAG.exec(html)) {
    const [tag, name] = [match[0], match[1]?.toLowerCase()]
    if (name === undefined) continue
    const attributes = [...(match[2] ?? '').matchAll(ATTRIBUTE)].map(([, key = '', ...values]) => [key.toLowerCase(), decoded(values.find((value) => value !== undefined) ?? '')])
    const from = match.index + tag.length
    let text = ''
    if (['script', 'style', 'title'].includes(name)) {
      const close = html.toLowerCase().indexOf(`</${name}`, from)
      text = html.slice(from, close < 0 ? undefined : close)
      TAG.lastIndex = from + text.length
    }
    found.push({ name, attributes: Object.fromEntries(attributes), text: name === 'title' ? decoded(text) : text, end: Buffer.byteLength(html.slice(0, from)) })
  }
  return found
}

/** What a page says of itself to other sites. */
export interface Head {
  title: string
  /** Key and content of every `meta` with a property or a name, in order. */
  meta: [key: string, content: string][]
  link: Record<string, string>[]
  jsonLd: Record<string, unknown>[]
  /** Where the page sends a person on to. */
  refresh: string | undefined
  /** The byte at which the last of meta, canonical and title ends. */
  end: number
}

export function headOf(html: string): Head {
  const whole = elements(html)
  const all = whole.slice(0, whole.findIndex(({ name }) => name === 'body'))
  const named = (name: string) => all.filter((element) => element.name === name)
  const key = ({ property, name }: Record<string, string>) => property ?? name
  const meta = named('meta').filter(({ attributes }) => key(attributes) !== undefined)
  const last = [...meta, ...named('title'), ...named('link').filter(({ attributes }) => attributes['rel'] === 'canonical')]
  return {
    title: named('title')[0]?.text ?? '',
    meta: meta.map(({ attributes }) => [key(attributes) ?? '', attributes['content'] ?? '']),
    link: named('link').map(({ attributes }) => attributes),
    jsonLd: named('script').filter(({ attributes }) => attributes['type'] === 'application/ld+json').map(({ text }) => JSON.parse(text) as Record<string, unknown>),
    refresh: named('meta').find(({ attributes }) => attributes['http-equiv']?.toLowerCase() === 'refresh')?.attributes['content'],
    end: Math.max(...last.map(({ end }) => end)),
  }
}

/** The content of a `meta`; undefined unless it stands there once. */
export function said({ meta }: Head, wanted: string): string | undefined {
  const found = meta.filter(([key]) => key === wanted)
  return found.length === 1 ? found[0]?.[1] : undefined
}

/** The address of a `link`. */
export function linked({ link }: Head, rel: string, type?: string): string | undefined {
  return link.find((one) => one['rel'] === rel && (type === undefined || one['type'] === type))?.['href']
}

/** Tags that tell of the page: those that have to be the same for everybody. */
export function told({ title, meta, link }: Head): string[] {
  const links = link.filter(({ rel }) => rel === 'canonical' || rel === 'alternate')
  return [title, ...meta.map((pair) => pair.join('=')), ...links.map((one) => JSON.stringify(one))]
}

const ENTITIES: Record<string, string> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" }

function decoded(text: string): string {
  return text.replace(/&(?:#x([0-9a-f]+)|#(\d+)|([a-z]+));/gi, (entity, hex?: string, decimal?: string, name = '') =>
    hex ? String.fromCodePoint(parseInt(hex, 16)) : decimal ? String.fromCodePoint(Number(decimal)) : (ENTITIES[(name as string).toLowerCase()] ?? entity),
  )
}
