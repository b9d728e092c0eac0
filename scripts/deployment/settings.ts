/** The settings of a deployment, from `deploy.toml`. */
import { parse, TomlError } from 'smol-toml'

export interface Settings {
  /** What all of it is named after: bucket NAME, queues NAME-work and NAME-dead, Worker NAME-runner, site NAME-web. */
  name: string
  /** The Cloudflare account's id; the only one that wrangler knows unless given. */
  account?: string
  author: {
    /** Who publishes the bundles. */
    did: string
    /** The session of at-run. */
    profile?: string
    channel: string
    /** Versions are made from the content. */
    snapshot: boolean
  }
  runner: {
    /** An origin: a custom domain in this account, or NAME-runner.….workers.dev. */
    url: string
    /** More of wrangler.toml's variables. */
    vars: Record<string, string>
  }
  vod: Installed
  /** Without it there is no index, and the video bundle lists from its node. */
  appview?: Installed & { database: string }
  /** Without it there is no site. */
  site?: {
    url: string
    /** More of its variables. */
    vars: Record<string, string>
  }
}

/** How a bundle is installed. */
export interface Installed {
  config: Record<string, string>
  caps: Record<string, number>
  host?: string
}

/** A settings file that can't be used. */
export class SettingsError extends Error {}

/** Variables that the deployment itself decides. */
const OURS = ['BUNDLES', 'OWN_HOSTS', 'ADMIN_TOKEN', 'RUNNER_KEYS']
const VOD_OURS = ['APPVIEW_URL', 'FRONTEND_ORIGIN']
const SITE_OURS = ['NUXT_PUBLIC_RUNNER_URL', 'NUXT_PUBLIC_VOD_BUNDLE', 'NUXT_PUBLIC_APPVIEW_BUNDLE']
const APPVIEW_OURS = ['TURSO_URL', 'AUTHOR_DID']
/** What an installation's calls may cost at most. */
const CAPS = ['cpuMs', 'subRequests', 'blobBytes']

/**
 * Reads a settings file.
 *
 * @throws SettingsError that names the setting; unknown ones are errors too, for a misspelled setting must not be passed over.
 */
export function readSettings(toml: string): Settings {
  const root = new Table('', parsed(toml))
  const name = root.matching('name', /^[a-z][a-z0-9-]{1,40}[a-z0-9]$/, 'small letters, digits and hyphens, 3 to 42 of them') ?? 'streamhut'
  const account = root.matching('account', /^[0-9a-f]{32}$/, "an account's id: 32 hexadecimal digits")
  const author = root.table('author')
  const did = author?.matching('did', /^did:(plc:[a-z2-7]{24}|web:[a-z0-9.-]+)$/, 'a did:plc or did:web')
  if (author === undefined || did === undefined) throw new SettingsError('author.did is missing: who publishes the bundles')
  const profile = author.matching('profile', /^[A-Za-z0-9._-]+$/, 'letters and digits')
  const channel = author.matching('channel', /^[a-z][a-z0-9-]{0,63}$/, 'a channel, such as latest') ?? 'latest'
  const snapshot = author.boolean('snapshot') ?? false
  const runner = root.table('runner')
  const url = runner?.origin('url')
  if (runner === undefined || url === undefined) throw new SettingsError('runner.url is missing: where the runner shall answer, such as https://run.example.com')
  const { hostname } = new URL(url)
  if (hostname.endsWith('.workers.dev') && !new RegExp(`^${name}-runner\\.[a-z0-9-]+\\.workers\\.dev$`).test(hostname)) {
    throw new SettingsError(`runner.url is ${url}: on workers.dev the runner answers at https://${name}-runner.YOUR-SUBDOMAIN.workers.dev`)
  }
  const vars = runner.texts('vars', OURS)
  const videos = root.table('vod')
  const vod = installed(videos, VOD_OURS)
  const index = root.table('appview')
  const database = index?.matching('database', /^(libsql|https):\/\/[^\s/?#@]+\/?$/, 'the address of a database, libsql://… or https://…')
  if (index !== undefined && database === undefined) throw new SettingsError('appview.database is missing: where the index is kept')
  const appview = installed(index, APPVIEW_OURS)
  const page = root.table('site')
  const site = page?.origin('url')
  if (page !== undefined && site === undefined) throw new SettingsError('site.url is missing: where the web player shall answer')
  const siteVars = page?.texts('vars', SITE_OURS) ?? {}
  for (const table of [author, runner, videos, index, page, root]) table?.finish()
  return {
    name,
    ...(account !== undefined && { account }),
    author: { did, ...(profile !== undefined && { profile }), channel, snapshot },
    runner: { url, vars },
    vod,
    ...(database !== undefined && { appview: { ...appview, database } }),
    ...(site !== undefined && { site: { url: site, vars: siteVars } }),
  }
}

function installed(table: Table | undefined, ours: readonly string[]): Installed {
  const host = table?.matching('host', /^[a-z0-9-]+(\.[a-z0-9-]+)+$/, 'a host')
  return { config: table?.texts('config', ours) ?? {}, caps: table?.numbers('caps', CAPS) ?? {}, ...(host !== undefined && { host }) }
}

function parsed(toml: string): Record<string, unknown> {
  try {
    return parse(toml)
  } catch (error) {
    if (error instanceof TomlError) throw new SettingsError(`line ${error.line}: ${error.message.split('\n')[0]}`)
    throw error
  }
}

/** A table whose settings are taken one by one; `finish` complains of those that nobody took. */
class Table {
  readonly #name: string
  readonly #left: Map<string, unknown>

  constructor(name: string, value: unknown) {
    if (typeof value !== 'object' || value === null || Array.isArray(value)) throw new SettingsError(`${name} is no table`)
    this.#name = name
    this.#left = new Map(Object.entries(value))
  }

  table(key: string): Table | undefined {
    const value = this.#take(key)
    return value === undefined ? undefined : new Table(this.#path(key), value)
  }

  matching(key: string, pattern: RegExp, what: string): string | undefined {
    const value = this.#take(key)
    if (value === undefined || (typeof value === 'string' && pattern.test(value))) return value
    throw new SettingsError(`${this.#path(key)} is ${JSON.stringify(value)}: not ${what}`)
  }

  boolean(key: string): boolean | undefined {
    const value = this.#take(key)
    if (value === undefined || typeof value === 'boolean') return value
    throw new SettingsError(`${this.#path(key)} is ${JSON.stringify(value)}: neither true nor false`)
  }

  /** An https origin, without a slash at its end. */
  origin(key: string): string | undefined {
    const value = this.matching(key, /^https:\/\/[a-z0-9-]+(\.[a-z0-9-]+)+\/?$/, 'an https origin, such as https://run.example.com')
    return value?.replace(/\/$/, '')
  }

  /** A table of texts, in none of whose names `taken` stands. */
  texts(key: string, taken: readonly string[]): Record<string, string> {
    const value = this.#entries(key)
    for (const [name, one] of value) {
      if (typeof one !== 'string') throw new SettingsError(`${this.#path(key)}.${name} is ${JSON.stringify(one)}: not a text`)
      if (!/^[A-Z][A-Z0-9_]*$/.test(name)) throw new SettingsError(`${this.#path(key)}.${name}: names of variables are in capitals`)
      if (taken.includes(name)) throw new SettingsError(`${this.#path(key)}.${name} is set by the deployment itself`)
    }
    return Object.fromEntries(value) as Record<string, string>
  }

  numbers(key: string, names: readonly string[]): Record<string, number> {
    const value = this.#entries(key)
    for (const [name, one] of value) {
      if (!names.includes(name)) throw new SettingsError(`${this.#path(key)}.${name} is unknown: there are ${names.join(', ')}`)
      if (typeof one !== 'number' || !Number.isSafeInteger(one) || one < 1) throw new SettingsError(`${this.#path(key)}.${name} is ${JSON.stringify(one)}: not a whole number above 0`)
    }
    return Object.fromEntries(value) as Record<string, number>
  }

  finish(): void {
    const [unknown] = this.#left.keys()
    if (unknown !== undefined) throw new SettingsError(`${this.#path(unknown)} is unknown`)
  }

  #entries(key: string): [string, unknown][] {
    const table = this.table(key)
    return table === undefined ? [] : [...table.#left]
  }

  #take(key: string): unknown {
    const value = this.#left.get(key)
    this.#left.delete(key)
    return value
  }

  #path(key: string): string {
    return this.#name === '' ? key : `${this.#name}.${key}`
  }
}
