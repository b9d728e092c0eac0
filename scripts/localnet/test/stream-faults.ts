import assert from 'node:assert/strict'
import { test } from 'node:test'
import { eventually, refusal, type Listener } from './stream-listener.ts'
import { place, POST, VIDEO, type StreamNet } from './stream-net.ts'

/** Tests of every fault of the stream. */
export function testFaults({ net, aurora, basalt, put, subscribe, admin, health, inject, takenIn, everything }: StreamNet): void {
  test('fault: open connections break, or are closed with a reason', async () => {
    const broken = await subscribe()
    await inject({ stream: 'drop' })
    assert.equal((await broken.ends).code, 1006)
    const closed = await subscribe()
    await inject({ stream: 'drop', code: 1012, reason: 'service restart' })
    assert.deepEqual(await closed.ends, { code: 1012, reason: 'service restart' })
    await eventually(async () => (await health()).subscribers === 0, () => 'still counted')
  })

  test('fault: the next connections break after so many events, and a cursor goes on from there', async () => {
    const all = await everything()
    await inject({ stream: 'drop', after: 2, times: 2 })
    for (let turn = 0; turn < 2; turn++) {
      const listener = await subscribe({ cursor: 0 })
      assert.equal((await listener.ends).code, 1006)
      assert.deepEqual(listener.events, all.slice(0, 2))
    }
    const rest = await subscribe({ cursor: (all[1]?.time_us ?? 0) + 1 })
    await eventually(() => rest.events.length >= all.length - 2, () => 'the rest')
    assert.deepEqual(rest.events.slice(0, all.length - 2), all.slice(2))
  })

  test('fault: connections and lists are refused', async () => {
    const list = () => fetch(`${net.urls.stream}/xrpc/com.atproto.sync.listReposByCollection?collection=${VIDEO}`)
    await inject({ method: 'subscribe', status: 503, retryAfter: 3, times: 2 })
    for (let turn = 0; turn < 2; turn++) assert.equal((await refusal(net.urls.stream, {})).status, 503)
    await subscribe()
    await inject({ method: 'subscribe', reset: 'headers' })
    await assert.rejects(subscribe(), { code: 'ECONNRESET' })
    await inject({ method: 'com.atproto.sync.listReposByCollection', status: 429, retryAfter: 7 })
    const answer = await list()
    assert.deepEqual([answer.status, answer.headers.get('retry-after')], [429, '7'])
    assert.equal((await list()).status, 200)
  })

  test('fault: silence, and nothing is lost by it', async () => {
    const early = await subscribe()
    await inject({ stream: 'stall', after: 1 })
    const silenced = await subscribe()
    await put(aurora, 'quiet-1')
    await put(aurora, 'quiet-2')
    await early.hears(2)
    assert.equal(silenced.events.length, 1)
    await inject({ stream: 'stall' })
    const late = await subscribe()
    await takenIn(() => put(aurora, 'quiet-3'))
    assert.deepEqual([early.events.length, silenced.events.length, late.events.length], [2, 1, 0])
    await admin('DELETE', '/__faults')
    for (const [listener, count] of [[early, 3], [silenced, 3], [late, 1]] as const) {
      assert.deepEqual((await listener.hears(count)).map(place), ['create quiet-1', 'create quiet-2', 'create quiet-3'].slice(-count))
    }
  })

  test('fault: messages that are no events, before those that are', async () => {
    await inject({ stream: 'garbage', after: 1 })
    const planned = await subscribe()
    const open = await subscribe()
    await put(aurora, 'noise-1')
    await open.hears(1)
    await inject({ stream: 'garbage', text: '\u0000', binary: true })
    await put(aurora, 'noise-2')
    for (const listener of [planned, open]) assert.deepEqual((await listener.hears(2)).map(place), ['create noise-1', 'create noise-2'])
    const noise = ({ messages }: Listener) => messages.slice(1, -1).map(({ data, binary }) => [data.toString(), binary])
    assert.deepEqual(noise(planned), [['{"did":"did:plc:', false], ['\u0000', true]])
    assert.deepEqual(noise(open), [['\u0000', true]])
  })

  test('fault: the last events once more, before what follows', async () => {
    const listener = await subscribe({ wantedCollections: VIDEO })
    await put(aurora, 'echo-1')
    await put(aurora, 'other', {}, POST)
    await put(aurora, 'echo-2')
    await listener.hears(2)
    await inject({ stream: 'repeat', events: 2 })
    await put(aurora, 'echo-3')
    const keys = ['echo-1', 'echo-2', 'echo-1', 'echo-2', 'echo-3']
    const events = await listener.hears(keys.length)
    assert.deepEqual(events.map(place), keys.map((rkey) => `create ${rkey}`))
    assert.deepEqual(events.slice(2, 4), events.slice(0, 2))
    await inject({ stream: 'repeat', events: 1, after: 2 })
    const planned = await subscribe({ wantedCollections: VIDEO, cursor: events[0]?.time_us ?? 0 })
    assert.deepEqual((await planned.hears(4)).map(place), ['create echo-1', 'create echo-2', 'create echo-2', 'create echo-3'])
  })

  test('fault: a gap, of which replay knows no more than the live stream', async () => {
    const listener = await subscribe({ wantedCollections: VIDEO })
    await inject({ stream: 'skip', events: 2, match: basalt.did })
    const gap = [[aurora, 'gap-1'], [basalt, 'gap-2'], [aurora, 'gap-3'], [basalt, 'gap-4'], [basalt, 'gap-5']] as const
    for (const [account, rkey] of gap) await put(account, rkey)
    const told = ['create gap-1', 'create gap-3', 'create gap-5']
    const events = await listener.hears(3)
    assert.deepEqual(events.map(place), told)
    const replayed = await subscribe({ wantedCollections: VIDEO, cursor: events[0]?.time_us ?? 0 })
    assert.deepEqual((await replayed.hears(3)).map(place), told)
  })

  test('fault: old cursors are refused', async () => {
    const { newest } = await health()
    await inject({ stream: 'refuse-cursor', before: newest, times: 2 })
    for (let turn = 0; turn < 2; turn++) {
      await subscribe()
      await subscribe({ cursor: newest })
      assert.deepEqual(await refusal(net.urls.stream, { cursor: newest - 1 }), { status: 400, text: `invalid cursor: ${newest - 1}` })
    }
    await subscribe({ cursor: newest - 1 })
  })

  test('fault: old events are forgotten, and who has not read them yet is cut off', async () => {
    const stalled = await subscribe()
    await inject({ stream: 'stall' })
    await takenIn(() => put(aurora, 'forgotten'))
    await takenIn(() => put(aurora, 'remembered'))
    await inject({ stream: 'forget', keep: 1 })
    await admin('DELETE', '/__faults')
    assert.equal((await stalled.ends).code, 1006)
    const listener = await subscribe({ cursor: 0 })
    assert.deepEqual((await listener.hears(1)).map(place), ['create remembered'])
    assert.equal((await health()).events, 1)
  })
}
