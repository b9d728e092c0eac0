import assert from 'node:assert/strict'
import { test } from 'node:test'
import { chooseRemedy, NO_ATTEMPTS, type StreamError } from '../../app/player/recovery.ts'

const network: StreamError = { fatal: true, type: 'network', manifest: false, status: 0 }
const media: StreamError = { fatal: true, type: 'media', manifest: false, status: 0 }

test('what hls.js copes with is left to it', () => {
  assert.deepEqual(chooseRemedy({ ...network, fatal: false }, NO_ATTEMPTS, 0), { remedy: { kind: 'none' }, attempts: NO_ATTEMPTS })
})

test('a network error is answered by longer and longer pauses, then given up', () => {
  let attempts = NO_ATTEMPTS
  const pauses: unknown[] = []
  for (let round = 0; round < 5; round += 1) {
    const choice = chooseRemedy(network, attempts, 0)
    attempts = choice.attempts
    pauses.push(choice.remedy.kind === 'resume' ? choice.remedy.afterMs : choice.remedy)
  }
  assert.deepEqual(pauses, [1000, 2000, 4000, 8000, { kind: 'give-up', reason: 'unreachable' }])
})

test('without a master playlist, or when it is gone, there is nothing to wait for', () => {
  assert.deepEqual(chooseRemedy({ ...network, manifest: true, status: 503 }, NO_ATTEMPTS, 0).remedy, { kind: 'give-up', reason: 'unreachable' })
  assert.deepEqual(chooseRemedy({ ...network, status: 404 }, NO_ATTEMPTS, 0).remedy, { kind: 'give-up', reason: 'gone' })
  assert.deepEqual(chooseRemedy({ ...network, manifest: true, status: 410 }, NO_ATTEMPTS, 0).remedy, { kind: 'give-up', reason: 'gone' })
})

test('the decoder is rebuilt at most once in five seconds', () => {
  const first = chooseRemedy(media, NO_ATTEMPTS, 10_000)
  assert.equal(first.remedy.kind, 'recover-media')
  assert.deepEqual(chooseRemedy(media, first.attempts, 14_999).remedy, { kind: 'give-up', reason: 'unplayable' })
  assert.equal(chooseRemedy(media, first.attempts, 15_000).remedy.kind, 'recover-media')
})
