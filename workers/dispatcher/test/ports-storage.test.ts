/** What the SDK lends a bundle, behind a runner: storage and cache. */
import assert from 'node:assert/strict'
import { before, test } from 'node:test'
import { emptied, fault, json, post, probe, query } from './probe.ts'

interface Info {
  key: string
  size: number
  etag: string
  uploaded: number
  contentType?: string
}
interface Page {
  blobs: Info[]
  cursor?: string
}

before(emptied)

test('storage: put under conditions, read whole and in parts, listed, deleted', async () => {
  const put = (more: object, status = 200) => json<Info & { error: string }>(post('blobPut', { key: 'a b/ü?', text: 'hello world', ...more }), status)
  const first = await put({ contentType: 'text/plain', ifAbsent: true })
  assert.deepEqual([first.key, first.size, first.contentType], ['a b/ü?', 11, 'text/plain'])
  assert.equal((await put({ ifAbsent: true }, 412)).error, 'PreconditionFailed')
  assert.equal((await put({ ifMatch: '0123' }, 412)).error, 'PreconditionFailed')
  const second = await put({ contentType: 'text/plain', text: 'hello there', ifMatch: first.etag })
  assert.notEqual(second.etag, first.etag)
  assert.equal((await put({ ifMatch: first.etag }, 412)).error, 'PreconditionFailed')
  const headed = await json<Info>(probe(`blobHead${query({ key: 'a b/ü?' })}`))
  // A header says the time in seconds.
  assert.deepEqual(headed, { ...second, uploaded: Math.floor(second.uploaded / 1_000) * 1_000 })

  const at = `blobGet${query({ key: 'a b/ü?' })}`
  const whole = await probe(at)
  assert.deepEqual([whole.status, whole.text, whole.headers.get('content-type'), whole.headers.get('content-length')], [200, 'hello there', 'text/plain', '11'])
  assert.deepEqual([whole.headers.get('etag'), whole.headers.get('accept-ranges')], [`"${second.etag}"`, 'bytes'])
  const head = await probe(at, { method: 'HEAD' })
  assert.deepEqual([head.status, head.headers.get('content-length'), head.headers.get('etag'), head.text], [200, '11', `"${second.etag}"`, ''])
  for (const tags of [`"${second.etag}"`, `W/"${second.etag}"`, `"other", "${second.etag}"`, '*']) {
    const known = await probe(at, { headers: { 'if-none-match': tags } })
    assert.deepEqual([known.status, known.text, known.headers.get('etag')], [304, '', `"${second.etag}"`], tags)
  }
  assert.equal((await probe(at, { headers: { 'if-none-match': `"${first.etag}"` } })).status, 200)
  assert.deepEqual(await json(probe(`blobRead${query({ key: 'a b/ü?' })}`)), { bytes: 11, text: 'hello there' })

  await json(post('blobPut', { key: 'empty' }))
  assert.deepEqual(await json(probe('blobRead?key=empty')), { bytes: 0, text: '' })
  const page = await json<Page>(probe('blobList?limit=1'))
  assert.deepEqual(page.blobs.map(({ key }) => key), ['a b/ü?'])
  const rest = await json<Page>(probe(`blobList${query({ cursor: page.cursor ?? '' })}`))
  assert.deepEqual([rest.blobs.map(({ key }) => key), rest.cursor], [['empty'], undefined])
  assert.deepEqual((await json<Page>(probe(`blobList${query({ prefix: 'a b/' })}`))).blobs[0], second)
  for (const key of ['a b/ü?', 'empty', 'never there']) assert.equal((await post('blobDelete', { key })).status, 204)
  assert.deepEqual(await json(probe('blobList')), { blobs: [] })
  for (const endpoint of ['blobHead', 'blobRead']) assert.deepEqual(await json(probe(`${endpoint}?key=empty`)), null)
  assert.equal(await fault(probe('blobGet?key=empty'), 404), 'NoSuchBlob')
  for (const key of ['..', 'a\nb', 'x'.repeat(513)]) assert.equal(await fault(probe(`blobGet${query({ key })}`), 400), 'InvalidKey')
})

test('bad_input_20_a_part_of_what_is_stored_or_416_with_its_size', async () => {
  const { etag } = await json<Info>(post('blobPut', { key: 'parts', text: 'hello there', contentType: 'text/plain' }))
  const at = 'blobGet?key=parts'
  for (const [range, part, bytes] of [
    ['bytes=0-4', 'bytes 0-4/11', 'hello'],
    ['bytes=6-', 'bytes 6-10/11', 'there'],
    ['bytes=6-9999', 'bytes 6-10/11', 'there'],
    ['bytes=-3', 'bytes 8-10/11', 'ere'],
    ['bytes=-999', 'bytes 0-10/11', 'hello there'],
    ['bytes=0-18446744073709551615', 'bytes 0-10/11', 'hello there'],
  ] as const) {
    const answer = await probe(at, { headers: { range } })
    assert.deepEqual([answer.status, answer.headers.get('content-range'), answer.headers.get('content-length'), answer.text], [206, part, String(bytes.length), bytes], range)
  }
  for (const range of ['bytes=11-', 'bytes=18446744073709551615-', 'bytes=99-100']) {
    const answer = await probe(at, { headers: { range } })
    assert.equal(answer.headers.get('content-range'), 'bytes */11', range)
    assert.equal(await fault(answer, 416), 'RangeNotSatisfiable')
  }
  for (const range of ['bytes=-0', 'bytes=5-2', 'bytes=0-1,4-5', 'bytes=-99999999999999999999']) {
    const { status } = await probe(at, { headers: { range } })
    assert.ok([400, 416].includes(status) || (range.length > 20 && status === 206), `${range}: ${status}`)
  }
  // Whoever has a part of another content gets all of this one.
  const resumed = (validator: string) => probe(at, { headers: { range: 'bytes=6-', 'if-range': validator } })
  assert.equal((await resumed(`"${etag}"`)).text, 'there')
  for (const validator of ['"another"', `W/"${etag}"`, 'Sun, 06 Nov 1994 08:49:37 GMT']) {
    const { status, text } = await resumed(validator)
    assert.deepEqual([status, text], [200, 'hello there'], validator)
  }
  await post('blobDelete', { key: 'parts' })
})

test('a bundle keeps what its release declares and no byte more, also when many put at once', async () => {
  const put = (key: string, size: number, more = {}) => post('blobPut', { key, size, ...more })
  const all = ['q', 'r', ...Array.from({ length: 8 }, (_, i) => `many/${i}`)]
  await json(put('q', 1 << 20))
  assert.equal(await fault(put('r', 1), 507), 'QuotaExceeded')
  assert.equal(await fault(put('q', (1 << 20) + 1), 507), 'QuotaExceeded')
  assert.equal((await json<Info>(probe('blobHead?key=q'))).size, 1 << 20, 'what was refused changed nothing')
  await json(put('q', 10))
  await json(put('r', (1 << 20) - 10))
  assert.equal(await fault(put('r', 5, { ifAbsent: true }), 412), 'PreconditionFailed')
  assert.equal(await fault(put('many/0', 1), 507), 'QuotaExceeded')
  for (const key of ['q', 'r']) await post('blobDelete', { key })

  const quarters = await Promise.all(Array.from({ length: 8 }, (_, i) => put(`many/${i}`, 1 << 18)))
  assert.deepEqual(quarters.map(({ status }) => status).sort(), [200, 200, 200, 200, 507, 507, 507, 507])
  const { blobs } = await json<Page>(probe('blobList?prefix=many'))
  assert.deepEqual(blobs.map(({ size }) => size), [1 << 18, 1 << 18, 1 << 18, 1 << 18])
  const kept = (await json<{ bytes: number }>(probe(`blobRead?key=${blobs[0]?.key}`))).bytes
  assert.equal(kept, 1 << 18)
  for (const key of all) await post('blobDelete', { key })
  await json(put('q', 1 << 20))
  await post('blobDelete', { key: 'q' })
})

test('the cache keeps, and forgets when told', async () => {
  const at = `cacheGet${query({ key: 'k/ü' })}`
  assert.equal((await post('cachePut', { key: 'k/ü', text: 'kept', seconds: 60 })).status, 204)
  assert.equal((await probe(at)).text, 'kept')
  assert.equal((await post('cachePut', { key: 'k/ü', text: 'newer', seconds: 4_000_000_000 })).status, 204)
  assert.equal((await probe(at)).text, 'newer')
  assert.equal((await post('cacheDelete', { key: 'k/ü' })).status, 204)
  assert.equal(await fault(probe(at), 404), 'NotCached')
})
