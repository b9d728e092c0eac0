/** The requests in the bundles' documents, as they stand there: each can be pasted, and is answered. */
import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { before, test } from 'node:test'
import { ROOT } from '../../../scripts/localnet/places.ts'
import { operateAppview } from '../../../scripts/localnet/system/appview.ts'
import { account, RUNNER_URL, videos, VOD_BUNDLE } from './system.ts'

const appview = { url: process.env['APPVIEW_URL'] ?? '', token: process.env['OPERATOR_TOKEN'] ?? '' }
const video = videos.find(({ creator }) => creator === 'aurora.test')
const variables: Record<string, string> = {
  B: `${RUNNER_URL}/bundle/${VOD_BUNDLE}`,
  A: appview.url,
  URI: video?.uri ?? '',
  OPERATOR_TOKEN: appview.token,
}

before(async () => {
  await operateAppview(appview, 'init', {})
  const { did } = account('aurora.test')
  await operateAppview(appview, 'registerCreator', { did })
  await operateAppview(appview, 'triggerSync', { did })
})

for (const file of ['docs/vod.md', 'docs/appview.md']) {
  const text = readFileSync(join(ROOT, file), 'utf8')
  const blocks = [...text.matchAll(/^```sh\n([\s\S]*?)^```$/gm)].map(([, block]) => block ?? '')
  const commands = blocks.flatMap((block) => block.split('\n')).filter((line) => line.startsWith('curl '))
  test(`${file} has requests`, () => assert.ok(commands.length > 5, `${commands.length}`))
  for (const command of commands) {
    test(`${file}: ${command}`, async () => {
      const { url, init } = requestOf(command)
      const response = await fetch(url, { ...init, signal: AbortSignal.timeout(30_000) })
      const body = Buffer.from(await response.arrayBuffer())
      // A storyboard may not be made yet.
      assert.ok(response.status === 200 || (response.status === 202 && /get(Vtt|Sprite)/.test(url)), `${response.status} ${body.toString().slice(0, 300)}`)
      assert.ok(body.length > 0)
    })
  }
}

test('every endpoint of the bundles is documented by a request', async () => {
  for (const [file, base] of [['docs/vod.md', variables['B']], ['docs/appview.md', variables['A']]] as const) {
    const described = (await (await fetch(base ?? '')).json()) as { endpoints: { name: string }[] }
    const text = readFileSync(join(ROOT, file), 'utf8')
    const missing = described.endpoints.filter(({ name }) => !new RegExp(`^curl .*/${name}[?" ]`, 'm').test(text)).map(({ name }) => name)
    assert.deepEqual([...new Set(missing)].filter((name) => !SAME_AS_OTHERS.includes(name)), [], file)
  }
})

/** Takes what `registerCreator` takes, which the document says. */
const SAME_AS_OTHERS = ['unregisterCreator']

/** What curl would send. */
function requestOf(command: string): { url: string; init: RequestInit } {
  const [, ...words] = wordsOf(command)
  const headers = new Headers()
  const data: string[] = []
  let [url, method, inQuery] = ['', undefined as string | undefined, false]
  for (let word = words.shift(); word !== undefined; word = words.shift()) {
    if (word === '--get') inQuery = true
    else if (word === '-X') method = words.shift()
    else if (word === '-d') data.push(words.shift() ?? '')
    else if (word === '-H') headers.append(...((words.shift() ?? '').split(/:\s*/, 2) as [string, string]))
    else if (word === '--data-urlencode') {
      const [name = '', ...value] = (words.shift() ?? '').split('=')
      data.push(`${name}=${encodeURIComponent(value.join('='))}`)
    } else if (word.startsWith('>')) continue
    else if (url === '' && word.startsWith('http')) url = word
    else throw new Error(`what is ${word} in ${command}?`)
  }
  if (inQuery) return { url: data.length > 0 ? `${url}?${data.join('&')}` : url, init: { headers } }
  if (data.length === 0) return { url, init: { headers, ...(method !== undefined && { method }) } }
  if (!headers.has('content-type')) headers.set('content-type', 'application/x-www-form-urlencoded')
  return { url, init: { method: method ?? 'POST', headers, body: data.join('&') } }
}

/** Splits a line as a shell does: quotes, and variables outside of single ones. */
function wordsOf(line: string): string[] {
  const words: string[] = []
  let [word, quote, open] = ['', '', false]
  for (let at = 0; at < line.length; at++) {
    const letter = line.charAt(at)
    if (quote === '' && letter === ' ') {
      if (open) words.push(word)
      ;[word, open] = ['', false]
    } else if (letter === quote) quote = ''
    else if (quote === '' && (letter === '"' || letter === "'")) [quote, open] = [letter, true]
    else if (letter === '\\' && quote === '"') word += line.charAt(++at)
    else if (letter === '$' && quote !== "'") {
      const name = /^[A-Z_]+/.exec(line.slice(at + 1))?.[0] ?? ''
      const value = variables[name]
      if (value === undefined) throw new Error(`what is $${name} in ${line}?`)
      word += value
      at += name.length
      open = true
    } else {
      word += letter
      open = true
    }
  }
  return open ? [...words, word] : words
}
