import assert from 'node:assert/strict'
import { test } from 'node:test'
import { followPreviews, readPreviews } from '../../app/player/previews.ts'

const CUES = 'WEBVTT\n\n00:00:00.000 --> 00:00:02.000\ngetSprite?uri=x#xywh=0,0,160,90\n'
const EMPTY = 'WEBVTT\n'

const ANSWERS: [what: string, status: number, headers: Record<string, string>, body: string, expected: object][] = [
  ['being made', 202, { 'retry-after': '2' }, EMPTY, { hasPictures: false, againMs: 2_000 }],
  ['being made, no word of when', 202, {}, EMPTY, { hasPictures: false, againMs: 0 }],
  ['being made, until a date', 202, { 'retry-after': 'Thu, 01 Jan 2026 00:00:00 GMT' }, EMPTY, { hasPictures: false, againMs: 0 }],
  ['coarse', 200, { 'cache-control': 'public, max-age=10' }, CUES, { hasPictures: true, againMs: 10_000 }],
  ['final, named by content', 200, { 'cache-control': 'public, max-age=31536000, immutable' }, CUES, { hasPictures: true }],
  ['final, named by video', 200, { 'cache-control': 'public, max-age=60, stale-while-revalidate=600' }, CUES, { hasPictures: true }],
  ['final, no word of keeping', 200, {}, CUES, { hasPictures: true }],
  ['none, with the reason', 200, { 'cache-control': 'public, max-age=15', 'x-bundle-reason': 'Unsupported: vp9' }, EMPTY, { hasPictures: false }],
  ['no such video', 404, { 'cache-control': 'public, max-age=10' }, '{"error":"VideoNotFound"}', { hasPictures: false }],
  ['overloaded', 503, { 'retry-after': '5' }, '', { hasPictures: false }],
]
for (const [what, status, headers, body, expected] of ANSWERS) {
  test(`an answer about previews: ${what}`, () => assert.deepEqual(readPreviews(status, new Headers(headers), body), expected))
}

/** Follows scripted answers, the last one for ever; gives what happened in order. */
async function follow(answers: (() => Response)[]): Promise<unknown[]> {
  const happened: unknown[] = []
  let asked = 0
  await followPreviews('https://run.example/getVtt', new AbortController().signal, () => happened.push('pictures'), {
    fetch: (async (_url: unknown, { cache }: RequestInit) => {
      happened.push(cache)
      return answers[Math.min(asked++, answers.length - 1)]!()
    }) as typeof fetch,
    pause: async (ms) => void happened.push(ms),
  })
  return happened
}

const waiting = () => new Response(EMPTY, { status: 202, headers: { 'retry-after': '2' } })
const coarse = () => new Response(CUES, { headers: { 'cache-control': 'max-age=10' } })
const final = () => new Response(`${CUES}\n${CUES.slice(8)}`, { headers: { 'cache-control': 'max-age=31536000, immutable' } })

test('previews are asked for until the final ones are there, and each board is shown once', async () => {
  const happened = await follow([waiting, coarse, coarse, final])
  assert.deepEqual(happened, ['default', 2_000, 'no-cache', 'pictures', 10_000, 'no-cache', 10_000, 'no-cache', 'pictures'])
})

test('asking ends: after twelve tries, when it fails, when nobody answers', async () => {
  const happened = await follow([waiting])
  assert.equal(happened.filter((event) => event === 'no-cache' || event === 'default').length, 12)
  const pauses = happened.filter((event) => typeof event === 'number')
  assert.ok(pauses.every((ms, index) => index === 0 || ms >= pauses[index - 1]!) && Math.max(...pauses) === 30_000, String(pauses))
  assert.deepEqual(await follow([() => new Response('', { status: 503 })]), ['default'])
  assert.deepEqual(await follow([() => assert.fail('no connection')]), ['default'])
})

test('a server that asks for no pause, or for a day, gets a bearable one', async () => {
  assert.deepEqual((await follow([() => new Response(EMPTY, { status: 202 }), final]))[1], 1_000)
  assert.deepEqual((await follow([() => new Response(EMPTY, { status: 202, headers: { 'retry-after': '86400' } }), final]))[1], 30_000)
})

test('leaving ends the pause, and nobody asks again', async () => {
  const leaving = new AbortController()
  let asked = 0
  await followPreviews('https://run.example/getVtt', leaving.signal, () => assert.fail('there are no pictures'), {
    fetch: async () => {
      asked += 1
      setTimeout(() => leaving.abort())
      return waiting()
    },
  })
  assert.equal(asked, 1)
})
