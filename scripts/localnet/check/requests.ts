/** An answer with its body read as text. `url` is where redirects led. */
export interface Answer {
  url: string
  status: number
  type: string
  text: string
}

/** GET with a deadline; fails unless the status is 200, quoting the answer. */
export async function get(url: string, accept = '*/*'): Promise<Answer> {
  const response = await fetch(url, { headers: { accept }, signal: AbortSignal.timeout(30_000) })
  const text = await response.text()
  if (response.status !== 200) throw new Error(`status ${response.status}: ${text.slice(0, 300).trim()}`)
  return { url: response.url, status: response.status, type: response.headers.get('content-type') ?? '', text }
}

/** GET of a JSON object. */
export async function getJson(url: string): Promise<Record<string, unknown>> {
  const { text } = await get(url, 'application/json')
  const value = JSON.parse(text) as unknown
  if (typeof value !== 'object' || value === null) throw new Error(`not a JSON object: ${text.slice(0, 300)}`)
  return value as Record<string, unknown>
}
