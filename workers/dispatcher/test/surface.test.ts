import assert from 'node:assert/strict'
import { test } from 'node:test'
import { ask, askJson, assertCommon, assertFault } from './ask.ts'
import { openBackdoor } from './stage.ts'
import { PLC_URL, VOD_BUNDLE } from './system.ts'

const [did = '', name = ''] = VOD_BUNDLE.split('/')
const latest = `/bundle/${VOD_BUNDLE}`

test('what does not exist is 404, each by its name', async () => {
  for (const [path, error] of [
    [`/bundle/did:plc:${'z'.repeat(24)}/${name}/latest`, 'UnknownAccount'],
    [`/bundle/did:plc:${'z'.repeat(24)}/${name}/latest/listVideos`, 'UnknownAccount'],
    [`/bundle/${did}/nothing-here/latest`, 'UnknownBundle'],
    [`/bundle/${did}/nothing-here`, 'UnknownBundle'],
    [`/bundle/did:plc:${'z'.repeat(24)}/${name}`, 'UnknownAccount'],
    ['/tasks/nothing', 'UnknownTask'],
    [`/tasks/${Buffer.from(`${did}/nothing-here`).toString('base64url')}.${'a'.repeat(26)}`, 'UnknownTask'],
    ['/.well-known/did.json', 'NotFound'],
    [`/bundle/${did}/nothing-here/1.0.0/listVideos`, 'UnknownBundle'],
    [`/bundle/${did}/${name}/99.0.0`, 'UnknownBundle'],
    [`/bundle/${did}/${name}/beta/listVideos`, 'UnknownBundle'],
    [`${latest}/nothingHere`, 'UnknownEndpoint'],
    ['/index.html', 'NotFound'],
    ['/bundle', 'NotFound'],
    [`/bundle/${did}/${name}/latest/listVideos/more`, 'NotFound'],
  ] as const) {
    assertFault(await ask(path), 404, error, path)
  }
})

test('another method is 405 and Allow says which it may be', async () => {
  for (const [endpoint, method, allow] of [
    ['listVideos', 'POST', 'GET'],
    ['listVideos', 'DELETE', 'GET'],
    ['getVideo', 'PUT', 'GET, POST'],
  ] as const) {
    const answer = await ask(`${latest}/${endpoint}`, { method })
    assertFault(answer, 405, 'MethodNotAllowed', `${method} ${endpoint}`)
    assert.equal(answer.headers.get('allow'), allow)
  }
})

test('OPTIONS is answered for every path, and no bundle is asked', async () => {
  for (const path of ['/', '/health', latest, `${latest}/listVideos`, `/bundle/${did}/nothing-here/1.0.0/x`]) {
    const answer = await ask(path, { method: 'OPTIONS', headers: { origin: 'https://player.example', 'access-control-request-method': 'GET', 'access-control-request-headers': 'range' } })
    assert.deepEqual([answer.status, answer.text], [204, ''], path)
    assert.equal(answer.headers.get('access-control-allow-methods'), 'GET, HEAD, POST, OPTIONS')
    for (const header of ['Range', 'Authorization', 'Content-Type']) assert.ok(answer.headers.get('access-control-allow-headers')?.split(', ').includes(header), header)
    assertCommon(answer)
  }
})

test('health, and a request id of its own for every request', async () => {
  assert.deepEqual(await askJson('/health'), { status: 'ok' })
  const ids = await Promise.all(Array.from({ length: 20 }, async () => (await ask('/health', { headers: { 'x-request-id': '0123456789abcdef' } })).headers.get('x-request-id')))
  assert.equal(new Set(ids).size, 20)
  assert.ok(!ids.includes('0123456789abcdef'))
})

test('the runner says what it is, and which keys secrets are sealed to', async () => {
  const about = await askJson<Record<string, unknown> & { keys: { id: string; publicKey: string }[] }>('/.well-known/at-run.json')
  assert.deepEqual(Object.keys(about), ['deadlines', 'keys', 'limits', 'maxBodyBytes', 'policy', 'software', 'trusts', 'version'])
  assert.deepEqual([about['software'], about['policy'], about['maxBodyBytes']], ['at-run', 'open', 1_048_576])
  assert.deepEqual(about['trusts'], { spelled: 'open' })
  assert.equal((about['deadlines'] as { callMs: number }).callMs, 4_000)
  assert.match(about['version'] as string, /^\d+\.\d+\.\d+$/)
  assert.equal(about.keys.length, 1)
  assert.equal(Buffer.from(about.keys[0]?.publicKey ?? '', 'base64').length, 32)
  assert.match(about.keys[0]?.id ?? '', /^[a-z2-7]{16}$/)
})

test('what the runner says of itself is asked with GET', async () => {
  for (const path of ['/', '/health', '/.well-known/at-run.json', latest, `/bundle/${did}/${name}`]) {
    const answer = await ask(path, { method: 'POST', headers: { 'content-length': '0' } })
    assertFault(answer, 405, 'MethodNotAllowed', path)
    assert.equal(answer.headers.get('allow'), 'GET, HEAD')
    const head = await ask(path, { method: 'HEAD' })
    assert.deepEqual([head.status, head.text], [200, ''], path)
  }
})

/** Asserts that a DID is refused as the caller's mistake, by every route that takes one. */
async function refused(spelling: string): Promise<void> {
  for (const path of [`/bundle/${spelling}/${name}/latest`, `/bundle/${spelling}/${name}/1.0.0/listVideos`]) {
    assertFault(await ask(path), 400, 'InvalidDid', path)
  }
}

test('bad_input_01_did_web_of_private_hosts_is_400_and_nobody_is_asked', async () => {
  const door = await openBackdoor((_, response) => response.end('{}'))
  const hosts = ['localhost', '127.0.0.1', '[::1]', '169.254.169.254', '10.0.0.1', '100.64.1.1', '0x7f000001', '2130706433', '[::ffff:10.0.0.1]', '[64:ff9b::7f00:1]']
  for (const host of hosts) {
    await refused(`did:web:${host}`)
    await refused(encodeURIComponent(`did:web:${host}`))
  }
  for (const host of ['localhost', '127.0.0.1', '[::1]']) await refused(encodeURIComponent(`did:web:${host}%3A${door.port}`))
  assert.equal(door.connections, 0)
  await door.close()
})

test('bad_input_02_odd_spellings_of_did_web_are_400_and_nobody_is_asked', async () => {
  const door = await openBackdoor((_, response) => response.end('{}'))
  for (const rest of [
    'a.example%2Fb', 'a.example%3A8080', 'a.example:path', 'user@a.example', 'a.example#x', 'a.example.', 'a.localhost', 'a.invalid', 'a.internal', 'A.Example',
    'a.example?x', 'a..example', '-a.example', `${'a.'.repeat(1_020)}dev`, 'a'.repeat(2_049), '', `127.0.0.1:${door.port}`, `localhost%3A${door.port}`,
  ]) {
    await refused(encodeURIComponent(`did:web:${rest}`))
  }
  assert.equal(door.connections, 0)
  await door.close()
})

test('bad_input_02_a_did_of_another_method_or_shape_is_400', async () => {
  for (const spelling of ['did:key:zQ3shokFTS3brHcDQrn82RUDfCZESWL1ZdCEJwekUDPQiYBme', 'did:plc:short', `did:plc:${'0'.repeat(24)}`, 'did:', 'operator', '%20', `did:plc:${'z'.repeat(25)}`]) {
    await refused(spelling)
  }
})

test('bad_input_17_one_spelling_of_a_path_or_a_refusal', async () => {
  const [prefix = '', id = ''] = [did.slice(0, 'did:plc:'.length), did.slice('did:plc:'.length)]
  for (const [path, statuses] of [
    [`/bundle/${prefix}${id.toUpperCase()}/${name}/latest/listVideos`, [400]],
    [`/bundle/${did.replaceAll(':', '%253A')}/${name}/latest/listVideos`, [400]],
    [`/bundle/${did}/${name.toUpperCase()}/latest/listVideos`, [400]],
    [`/bundle/${did}/${name}/LATEST/listVideos`, [400]],
    [`/bundle/${did}/${name}/v0.1.0/listVideos`, [400, 404]],
    [`/bundle/${did}/${name}/0.1/listVideos`, [400]],
    [`/bundle/${did}/${name}/0.1.0+build/listVideos`, [400]],
    [`/bundle/${did}/${name}/latest/listvideos`, [404]],
    [`/bundle/${did}/${name}/latest/listVideos/`, [404]],
    [`/bundle/${did}/${name}/latest/`, [400, 404]],
    [`/bundle/${did}/${name}/latest/..%2FlistVideos`, [400]],
    [`/bundle/${did}/${name}/latest/%2e%2e`, [400, 404]],
    [`/bundle/${did}/${name}//latest/listVideos`, [400, 404]],
    [`//bundle/${did}/${name}/latest/listVideos`, [400, 404]],
    [`/Bundle/${did}/${name}/latest/listVideos`, [404]],
    [`/bundle/${did}/${name}/latest/listVideos%00`, [400, 404]],
    [`/bundle/${did}%2F${name}/latest/listVideos`, [400, 404]],
  ] as const) {
    const answer = await ask(path)
    assert.ok((statuses as readonly number[]).includes(answer.status), `${path}: ${answer.status} ${answer.text}`)
    assertCommon(answer)
  }
})

test('an identity that was not found is asked for again: nothing of a failure is kept', async () => {
  const path = `/bundle/did:plc:${'y'.repeat(24)}/${name}/latest`
  assert.equal((await fetch(`${PLC_URL}/did:plc:${'y'.repeat(24)}`)).status, 404)
  for (let round = 0; round < 2; round++) assertFault(await ask(path), 404, 'UnknownAccount')
})
