/** What a JSON object of the contract may hold when others wrote it: the same fields, each of any type. */
export type Foreign<T> = { readonly [K in keyof T]?: unknown }

/** A JSON object, by the fields that the contract gives it; `undefined` for anything else. */
export function fields<T>(json: unknown): Foreign<T> | undefined {
  return typeof json === 'object' && json !== null && !Array.isArray(json) ? (json as Foreign<T>) : undefined
}

/** A text without control characters and lone surrogates, cut at `max` characters on a character boundary; `undefined` when nothing is left. */
export function text(json: unknown, max: number): string | undefined {
  if (typeof json !== 'string') return undefined
  const clean = json
    .slice(0, max * 4)
    .toWellFormed()
    .replace(/[\u0000-\u0008\u000b-\u001f\u007f-\u009f]/g, '')
    .trim()
  const characters = Array.from(clean)
  const cut = characters.length > max ? `${characters.slice(0, max - 1).join('')}…` : clean
  return cut === '' ? undefined : cut
}

/** An http or https URL of at most 2,048 characters, without a user name. */
export function webUrl(json: unknown): string | undefined {
  if (typeof json !== 'string' || json.length > 2048 || !URL.canParse(json)) return undefined
  const { protocol, username, password, href } = new URL(json)
  return (protocol === 'https:' || protocol === 'http:') && username === '' && password === '' ? href : undefined
}

/** A whole number, not negative. */
export function count(json: unknown): number | undefined {
  return typeof json === 'number' && Number.isSafeInteger(json) && json >= 0 ? json : undefined
}

/** A moment as ISO 8601 in UTC. */
export function instant(json: unknown): string | undefined {
  const ms = typeof json === 'string' ? Date.parse(json) : Number.NaN
  return Number.isNaN(ms) ? undefined : new Date(ms).toISOString()
}

/** `{ [key]: value }`, or nothing without a value. */
export function optional<K extends string, V>(key: K, value: V | undefined): { [_ in K]?: V } {
  return (value === undefined ? {} : { [key]: value }) as { [_ in K]?: V }
}
