/** Bundles that call one another, over their runner's binding and by its own URL. */
import assert from 'node:assert/strict'
import { before, test } from 'node:test'
import { ask, askJson } from './ask.ts'
import { pointChannel, publish, signIn, type Author } from './publish.ts'
import { RUNNER_URL } from './system.ts'

/** What came back of a call. */
interface Called {
  status: number
  text: string
  headers: Record<string, string>
}

/** Calls whatever it is told to: `over` is the path at its runner's binding, or a URL. */
const CALLER = `
export default {
  async fetch(request, env) {
    const { over, method, body, headers } = Object.fromEntries(new URL(request.url).searchParams);
    const init = { method, body, headers: headers ? JSON.parse(headers) : {} };
    const binding = over.startsWith("/");
    const redirect = binding && !over.endsWith("#follow") ? "manual" : "follow";
    try {
      const response = binding ? await env.HOST.fetch("https://host" + over, { redirect, ...init }) : await fetch(over, init);
      return Response.json({ status: response.status, text: await response.text(), headers: Object.fromEntries(response.headers) });
    } catch (error) {
      return Response.json({ threw: String(error) });
    }
  },
};
`

const CALLEE = `
export default {
  async fetch(request) {
    const { pathname, search } = new URL(request.url);
    if (pathname === "/endpoint/away") return new Response(null, { status: 302, headers: { location: new URL(request.url).searchParams.get("to") } });
    if (pathname === "/endpoint/fails") throw new Error("the reason");
    const headers = { "content-type": "text/x-test", etag: '"1"', "set-cookie": "a=b", "at-run-refused": "no", "clear-site-data": "*", "x-own": "mine" };
    return new Response(JSON.stringify({ pathname, search, method: request.method, body: await request.text(), headers: Object.fromEntries(request.headers) }), { status: 203, headers });
  },
};
`

let author: Author
let caller: string
/** A caller that keeps something. */
let keeper: string
let did: string

before(async () => {
  author = await signIn('operator.test')
  did = author.did
  const callee = await publish(author, { name: 'callee', modules: { 'index.js': CALLEE }, endpoints: ['show', 'POST show', 'away', 'fails'] })
  await pointChannel(author, 'callee', 'latest', callee)
  await publish(author, { name: 'callee-too', modules: { 'index.js': CALLEE }, endpoints: ['show'] })
  caller = (await publish(author, { name: 'caller', modules: { 'index.js': CALLER }, bundles: [`${did}/callee`] })).path
  keeper = (await publish(author, { name: 'calling-keeper', modules: { 'index.js': CALLER }, bundles: [`${did}/callee`], blobs: { maxBytes: 1_000 } })).path
  assert.equal((await call('/blobs/secret', { method: 'PUT', body: 'kept' }, keeper)).status, 200)
})

const call = (over: string, how: { method?: string; body?: string; headers?: string } = {}, from = caller) => askJson<Called>(`${from}/run?${new URLSearchParams({ over, ...how })}`)
/** The two spellings of one address. */
const ways = (endpoint: string, name = 'callee', version = 'latest') => [`/call/${encodeURIComponent(did)}/${name}/${endpoint}`, `${RUNNER_URL}/bundle/${did}/${name}/${version}/${endpoint}`]

test('a bundle is asked by another, over the binding and by its URL', async () => {
  for (const over of ways('show?x=1&x=2')) {
    const { status, text, headers } = await call(over, { headers: '{"range":"bytes=0-1","x-odd":"1","cookie":"a=b","at-run-attempt":"7"}' })
    assert.equal(status, 203, text)
    const seen = JSON.parse(text) as Record<string, unknown>
    assert.deepEqual([seen['pathname'], seen['search'], seen['method']], ['/endpoint/show', '?x=1&x=2', 'GET'])
    const sent = seen['headers'] as Record<string, string>
    assert.equal(sent['range'], 'bytes=0-1')
    for (const name of ['x-odd', 'cookie', 'at-run-attempt']) assert.equal(sent[name], undefined, name)
    assert.deepEqual([headers['content-type'], headers['etag']], ['text/x-test', '"1"'])
    for (const name of ['set-cookie', 'at-run-refused', 'clear-site-data', 'x-own']) assert.equal(headers[name], undefined, name)
  }
  for (const over of ways('show')) {
    const { status } = await call(over, { headers: '{"content-length":"5"}' })
    assert.equal(status, 203, 'a GET has no body, whatever it says')
    const { text } = await call(over, { method: 'POST', body: '{"a":1}', headers: '{"content-type":"application/json"}' })
    const seen = JSON.parse(text) as Record<string, unknown>
    assert.deepEqual([seen['method'], seen['body']], ['POST', '{"a":1}'])
  }
})

test('what the called bundle or its address gets wrong is told as outside', async () => {
  for (const [endpoint, how, status, error] of [
    ['nothing', {}, 404, 'UnknownEndpoint'],
    ['fails', { method: 'POST', body: '{}' }, 405, 'MethodNotAllowed'],
    ['fails', {}, 502, 'BundleFailed'],
  ] as const) {
    for (const over of ways(endpoint)) {
      const answer = await call(over, how)
      assert.equal(answer.status, status, answer.text)
      assert.equal((JSON.parse(answer.text) as { error: string }).error, error)
      assert.doesNotMatch(answer.text, /the reason/)
    }
  }
  const [, missing = ''] = ways('show', 'callee', '9.9.9')
  assert.equal((await call(missing)).status, 404)
})

test('bad_input_12_a_called_bundle_redirects_its_caller_nowhere', async () => {
  const [over = '', url = ''] = ways('away')
  for (const [to, location] of [
    ['https://10.0.0.1/', 'https://10.0.0.1/'],
    ['/blobs/secret', `https://${new URL(RUNNER_URL).host}/blobs/secret`],
    ['https://host/blobs/secret', undefined],
    ['javascript:1', undefined],
  ] as const) {
    const query = `?to=${encodeURIComponent(to)}`
    const answer = await call(over + query)
    assert.deepEqual([answer.status, answer.headers['location']], [302, location], 'over the binding a redirect is an answer')
    // Whoever follows it there all the same finds nothing: neither the place nor anything of its own.
    const followed = await askJson<Called | { threw: string }>(`${keeper}/run?${new URLSearchParams({ over: `${over}${query}#follow` })}`)
    assert.ok('threw' in followed || [302, 404].includes(followed.status), `${to}: ${JSON.stringify(followed)}`)
  }
  assert.equal((await call(`${url}?to=${encodeURIComponent('https://10.0.0.1/')}`)).status, 403, 'by URL it is followed, and judged')
})

test('bad_input_12_a_bundle_calls_none_that_its_release_does_not_declare', async () => {
  for (const over of [...ways('show', 'callee-too', '1.0.0'), `/call/${did}/nothing-here/x`, `${RUNNER_URL}/bundle/${did}/nothing-here/latest/x`, `/call/did:plc:${'y'.repeat(24)}/callee/show`, `${RUNNER_URL}/bundle/did:plc:${'y'.repeat(24)}/callee/latest/show`]) {
    const { status, headers, text } = await call(over)
    assert.equal(status, 403, `${over}: ${text}`)
    assert.match(headers['at-run-refused'] ?? '', /not among the bundles/, over)
  }
  const { path } = await publish(author, { name: 'calls-nobody', modules: { 'index.js': CALLER }, net: ['*'] })
  for (const over of ways('show')) assert.equal((await call(over, {}, path)).status, 403, over)
})

test('bad_input_17_a_declared_bundle_is_no_way_to_another_however_the_path_is_spelled', async () => {
  const base = `${RUNNER_URL}/bundle/${did}/callee`
  for (const over of [
    `${base}/../callee-too/1.0.0/show`, `${base}/%2e%2e/callee-too/1.0.0/show`, `${base}%2F..%2Fcallee-too/1.0.0/show`, `${base}//1.0.0/show`, `${base}/1.0.0/../../callee-too/1.0.0/show`, `${base.toUpperCase()}/latest/show`,
    `${base}/latest`, base, `${RUNNER_URL}/bundle/operator.test/callee/latest/show`, `${base}/latest/show/more`, `${RUNNER_URL}//bundle/${did}/callee/latest/show`, `${RUNNER_URL}/health`, `${RUNNER_URL}/admin/installations`, `${RUNNER_URL}/.well-known/at-run.json`,
    `/call/${did}/callee/../callee-too/show`, `/call/${did}/callee%2F..%2Fcallee-too/show`, `/call/${did}/CALLEE/show`, `/call/${did}%2Fcallee/callee-too/show`, `/call/operator.test/callee/show`, `/call/${did}/callee/latest/show`,
  ]) {
    const { status, text } = await call(over)
    assert.ok([400, 403, 404].includes(status), `${over}: ${status} ${text}`)
    assert.doesNotMatch(text, /pathname/, over)
  }
})

test('bad_input_07_a_body_is_as_long_between_bundles_as_it_says', async () => {
  for (const over of ways('show')) {
    for (const length of ['3', '99']) {
      const { status, text } = await call(over, { method: 'POST', body: '{"a":1}', headers: `{"content-length":"${length}"}` })
      assert.ok(status >= 400 || (JSON.parse(text) as { body: string }).body === '{"a":1}', `${over} ${length}: ${status} ${text}`)
    }
  }
})

test('bad_input_14_bundles_that_call_one_another_in_a_circle_are_stopped', async () => {
  const circle = (other: string, way: string) => `
    export default { async fetch(request, env) {
      const next = new URL(request.url).searchParams.get("url");
      const query = "?url=" + encodeURIComponent(next ?? "");
      const response = ${way};
      const text = await response.text();
      return response.ok ? new Response(${JSON.stringify(other)} + "<" + text) : new Response(response.status + " " + JSON.parse(text).error);
    } }`
  const over = (other: string) => `await env.HOST.fetch("https://host/call/${encodeURIComponent(did)}/${other}/run" + query)`
  const byUrl = (other: string) => `await fetch(next + "/bundle/${did}/${other}/latest/run" + query)`
  for (const [kind, way] of [['over', over], ['by-url', byUrl]] as const) {
    const [ping, pong] = [`ping-${kind}`, `pong-${kind}`]
    const paths: string[] = []
    for (const [name, other] of [[ping, pong], [pong, ping]] as const) {
      const release = await publish(author, { name, modules: { 'index.js': circle(other, way(other)) }, bundles: [`${did}/${other}`] })
      await pointChannel(author, name, 'latest', release)
      paths.push(release.path)
    }
    for (const path of paths) {
      const { status, text } = await ask(`${path}/run?url=${encodeURIComponent(RUNNER_URL)}`)
      assert.equal(status, 200, text)
      // Three calls deep, and no deeper.
      assert.match(text, /^(p[io]ng-[a-z-]+<){3}508 LoopDetected$/)
    }
  }
  // A bundle that calls itself goes round no further.
  const alone = await publish(author, { name: 'narcissus', modules: { 'index.js': circle('narcissus', over('narcissus')) }, bundles: [`${did}/narcissus`] })
  await pointChannel(author, 'narcissus', 'latest', alone)
  assert.match((await ask(`${alone.path}/run`)).text, /^(narcissus<){3}508 LoopDetected$/)
  assert.equal((await call(ways('show')[0] ?? '')).status, 203, 'the runner serves the next request')
})

test('a bundle at the end of a chain has lost none of its own', async () => {
  // What is called at a depth is another isolate of the same code, with the same settings and storage.
  const inner = await publish(author, {
    name: 'inner',
    endpoints: ['run'],
    blobs: { maxBytes: 1_000 },
    modules: { 'index.js': 'export default { async fetch(request, env) { return env.HOST.fetch("https://host/blobs/mark", new URL(request.url).search ? { method: "PUT", body: "kept" } : {}) } }' },
  })
  await pointChannel(author, 'inner', 'latest', inner)
  const outer = await publish(author, { name: 'outer', modules: { 'index.js': CALLER }, bundles: [`${did}/inner`] })
  assert.equal((await ask(`${inner.path}/run?put`)).status, 200)
  assert.equal((await call(`/call/${did}/inner/run`, {}, outer.path)).text, 'kept')
})
