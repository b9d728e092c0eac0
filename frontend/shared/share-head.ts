import type { GetShareHeadLink, GetShareHeadMeta, GetShareHeadOutput } from './contract.ts'
import { fields, optional, text, webUrl } from './foreign.ts'

/** What the head of a page tells other sites. `jsonLd` is a JSON text. */
export type ShareHead = { title: string; meta: ShareMeta[]; link: ShareLink[]; jsonLd?: string }
export type ShareMeta = { property: string; content: string } | { name: string; content: string }
export type ShareLink = { rel: 'canonical' | 'alternate'; href: string; type?: string; title?: string }

const TITLE_MAX = 340
const CONTENT_MAX = 2_048
const ENTRIES_MAX = 48
const JSON_MAX = 32_768

/** What may be said about a page; nothing that changes how a browser treats it, such as `referrer`. */
const PROPERTY = /^(og|video|article|profile|fb):[a-z_:]{1,40}$/
const NAME = /^(description|author|robots|twitter:[a-z_:0-9]{1,40})$/

/** Reads the body of `getShareHead`: only what describes the page is taken. `undefined` when it has no title. */
export function parseShareHead(json: unknown): ShareHead | undefined {
  const head = fields<GetShareHeadOutput>(json)
  const title = text(head?.title, TITLE_MAX)
  if (!head || title === undefined) return undefined
  return {
    title,
    meta: entries(head.meta, parseMeta),
    link: entries(head.link, parseLink),
    ...optional('jsonLd', jsonText(head.jsonLd)),
  }
}

/** The head of a page that the bundle said nothing about. */
export function ownShareHead(page: { title: string; type: 'video.other' | 'profile'; description?: string }): ShareHead {
  const description = text(page.description?.replace(/\s+/g, ' '), 200)
  return {
    title: `Streamhut | ${page.title}`,
    meta: [
      { property: 'og:type', content: page.type },
      { property: 'og:title', content: `Streamhut | ${page.title}` },
      ...(description === undefined ? [] : [{ property: 'og:description', content: description }, { name: 'description', content: description }]),
    ],
    link: [],
  }
}

/** Before styles and scripts: crawlers read but the first kilobytes of a page. */
const EARLY = 15

/**
 * The elements that say it, for `useHead`. Written as HTML, which is what `written` says, an ampersand has to be an entity: of what ends
 * an attribute the library sees to quotation marks alone.
 */
export function headTags({ title, meta, link, jsonLd }: ShareHead, written = false) {
  const attribute = (value: string) => (written ? value.replaceAll('&', '&amp;') : value)
  return {
    title,
    titleTemplate: '%s',
    meta: meta.map((entry) => ({ ...entry, content: attribute(entry.content), tagPriority: EARLY })),
    link: link.map((entry) => ({
      ...entry,
      href: attribute(entry.href),
      ...(entry.title !== undefined && { title: attribute(entry.title) }),
      tagPriority: EARLY,
    })),
    script: jsonLd === undefined ? [] : [{ type: 'application/ld+json', innerHTML: jsonLd }],
  }
}

function entries<T>(json: unknown, parse: (entry: unknown) => T | undefined): T[] {
  return Array.isArray(json) ? json.slice(0, ENTRIES_MAX).map(parse).filter((entry) => entry !== undefined) : []
}

function parseMeta(json: unknown): ShareMeta | undefined {
  const meta = fields<GetShareHeadMeta>(json)
  const content = text(meta?.content, CONTENT_MAX)
  if (!meta || content === undefined) return undefined
  if (typeof meta.property === 'string' && PROPERTY.test(meta.property)) return { property: meta.property, content }
  if (typeof meta.name === 'string' && NAME.test(meta.name)) return { name: meta.name, content }
  return undefined
}

function parseLink(json: unknown): ShareLink | undefined {
  const link = fields<GetShareHeadLink>(json)
  const rel = link?.rel
  if (rel !== 'canonical' && rel !== 'alternate') return undefined
  // Of the record itself there is an at-uri.
  const record = rel === 'alternate' && typeof link?.href === 'string' && /^at:\/\/[^\s"'<>]{1,2048}$/.test(link.href) ? link.href : undefined
  const href = record ?? webUrl(link?.href)
  return href === undefined ? undefined : { rel, href, ...optional('type', text(link?.type, 64)), ...optional('title', text(link?.title, TITLE_MAX)) }
}

/** As it stands inside a script element, which `<` could end. */
function jsonText(json: unknown): string | undefined {
  if (!fields(json)) return undefined
  const written = JSON.stringify(json).replaceAll('<', '\\u003c')
  return written.length <= JSON_MAX ? written : undefined
}
