import assert from 'node:assert/strict'
import { test } from 'node:test'
import { contentSecurityPolicy } from '../../shared/csp.ts'

const directives = (runnerUrl: string, embedded = false) =>
  Object.fromEntries(contentSecurityPolicy({ nonce: 'N', runnerUrl, embedded }).split('; ').map((part) => [part.split(' ')[0], part.split(' ').slice(1)]))

test('scripts need the nonce, and nothing is open that is not named', () => {
  const policy = directives('https://run.example')
  assert.deepEqual(policy['script-src'], ["'self'", "'nonce-N'"])
  assert.deepEqual(policy['default-src'], ["'none'"])
  assert.deepEqual(policy['object-src'], ["'none'"])
  assert.deepEqual(policy['base-uri'], ["'none'"])
})

test('plain http is let in for a runner on loopback alone', () => {
  for (const runner of ['http://127.0.0.1:8787', 'http://localhost:8787', 'http://[::1]:8787']) assert.ok(directives(runner)['connect-src'].includes('http://127.0.0.1:*'), runner)
  for (const runner of ['https://run.example', 'http://run.example', 'http://127.0.0.1.evil.example', 'https://127.0.0.1:1', '', 'nonsense']) {
    for (const directive of ['connect-src', 'media-src', 'img-src']) assert.ok(!directives(runner)[directive].some((source: string) => source.startsWith('http:')), `${runner} ${directive}`)
  }
})

test('only an embedded page may stand in a frame, and of that alone the policy differs', () => {
  const [page, embedded] = [directives('https://run.example'), directives('https://run.example', true)]
  assert.deepEqual([page['frame-ancestors'], embedded['frame-ancestors']], [["'none'"], ['*']])
  assert.deepEqual({ ...page, 'frame-ancestors': [] }, { ...embedded, 'frame-ancestors': [] })
})

test('a runner URL cannot add directives', () => {
  const policy = contentSecurityPolicy({ nonce: 'N', runnerUrl: "http://localhost/; script-src *", embedded: false })
  assert.equal(policy.match(/script-src/g)?.length, 1)
})
