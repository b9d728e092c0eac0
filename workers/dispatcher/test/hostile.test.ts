/** A bundle that means harm tries each way out. None leads anywhere, and after each the runner serves the next request. */
import assert from 'node:assert/strict'
import { request as send } from 'node:http'
import { after, afterEach, before, test } from 'node:test'
import { ask, askJson } from './ask.ts'
import { ASKER, ASKER_ENDPOINTS, askHost } from './asker.ts'
import { pointChannel, publish, signIn, type Author } from './publish.ts'
import { openBackdoor, openStage, type Stage } from './stage.ts'
import { PDS_URL, RUNNER_URL, STAGE_URL } from './system.ts'

/** By its name, the body of an async function of `env`, `ctx`, `request`, `given` (the query) and `host` (a request to the runner). */
const ATTEMPTS = {
  reach: 'const r = await fetch(given.url); return r.status === 403 ? "refused" : r.text()',
  socket: 'const { connect } = await import("cloudflare:sockets"); const s = connect(given.address); await s.opened; return "opened"',
  hostSocket: 'const s = env.HOST.connect(given.address); await s.opened; return "opened"',
  netSocket: 'const net = await import("node:net"); const [h, p] = given.address.split(":"); return new Promise((yes, no) => net.connect(Number(p), h, () => yes("opened")).on("error", no))',
  tlsSocket: 'const tls = await import("node:tls"); const [h, p] = given.address.split(":"); return new Promise((yes, no) => tls.connect(Number(p), h, () => yes("opened")).on("error", no))',
  nodeHttp: 'const http = await import("node:http"); return new Promise((yes, no) => http.get(given.url, (r) => { let t = ""; r.on("data", (d) => (t += d)); r.on("end", () => yes(r.statusCode === 403 ? "refused" : t)) }).on("error", no))',
  webSocket: 'const s = new WebSocket(given.url.replace("http", "ws")); return new Promise((yes) => { s.onopen = () => yes("opened"); s.onerror = s.onclose = () => yes("refused") })',
  eventSource: 'const s = new EventSource(given.url); return new Promise((yes) => { s.onopen = () => yes("opened"); s.onerror = () => yes("refused") })',

  cacheByName: 'return typeof caches',
  cacheOfGlobal: 'return String(globalThis.caches ?? self.caches ?? global.caches)',
  cacheOfPrototypes: 'const found = []; for (let o = globalThis; o; o = Object.getPrototypeOf(o)) found.push(...Reflect.ownKeys(o).filter((n) => /cache/i.test(String(n)))); return found.join()',
  cacheAtStart: 'return found.join()',
  cacheByGetter: 'return String(Reflect.get(ServiceWorkerGlobalScope.prototype, "caches", globalThis) ?? Object.getOwnPropertyDescriptor(globalThis, "caches")?.value)',
  cacheByNew: 'return String(new globalThis.constructor().caches)',
  cacheByEval: 'return (0, eval)("typeof caches")',
  cacheByFunction: 'return Function("return typeof caches")()',
  cacheByAsyncFunction: 'return (async () => {}).constructor("return typeof caches")()',
  cacheByTimer: 'return setTimeout("globalThis.found = typeof caches", 0)',
  cacheByRealm: 'return new ShadowRealm().evaluate("typeof caches")',
  cacheByVm: 'return (await import("node:vm")).runInNewContext("typeof caches")',
  cacheByVmScript: 'const { Script } = await import("node:vm"); return new Script("typeof caches").runInThisContext()',
  cacheByThread: 'const { Worker } = await import("node:worker_threads"); return String(new Worker("typeof caches", { eval: true }))',
  cacheByWorker: 'return String(new Worker("data:text/javascript,postMessage(typeof caches)"))',
  cacheByDataUrl: 'return (await import("data:text/javascript,export default typeof caches")).default',
  cacheByBlobUrl: 'return (await import(URL.createObjectURL(new Blob(["export default typeof caches"], { type: "text/javascript" })))).default',
  cacheByInternal: 'return Object.keys(await import("cloudflare-internal:workers")).join()',
  cacheByBinding: 'return String(process.binding("caches"))',
  cacheByRequire: 'const { createRequire } = await import("node:module"); return String(createRequire("/")("./~at-run-seal.js"))',
  cacheByGuard: 'const guard = await import("./~at-run.js"); return Object.keys(guard).filter((n) => !["default", "Egress", "Host"].includes(n)).join()',
  cacheByContext: 'return String(ctx.caches ?? env.caches)',
  cachePurge: 'const { cache } = await import("cloudflare:workers"); return String(await (ctx.cache ?? cache).purge({ purgeEverything: true }))',

  otherBlobs: 'const all = []; for (const path of JSON.parse(given.paths)) { const r = await host(path); all.push(r.status) } return all.join()',
  otherCache: 'const all = []; for (const path of JSON.parse(given.paths)) { const r = await host(path); all.push(r.status + (r.ok ? await r.text() : "")) } return all.join()',

  secrets: 'const w = await import("cloudflare:workers"); return Object.keys({ ...env, ...w.env, ...process.env, ...Object.fromEntries(Object.entries(globalThis.process.env)) }).sort().join()',
  files: 'const fs = await import("node:fs"); const seen = []; for (const d of ["/", "/bundle", "/tmp", "/dev", "/proc", "/etc", "/work"]) try { seen.push(...fs.readdirSync(d)) } catch {} return seen.sort().join()',
  propsOfHost: 'return String(await env.HOST.props)',
  propsByRpc: 'return JSON.stringify(await env.HOST.ctx.props)',
  envByRpc: 'return String(await env.HOST.env.BUCKET)',
  methodByRpc: 'return String(await env.HOST.host(new Request("https://host/"), {}, {}, "{}"))',
  scheduledByRpc: 'return String((await env.HOST.scheduled({ cron: "* * * * *" })).outcome)',
  queueByRpc: 'return String((await env.HOST.queue("work", [])).outcome)',
  otherStub: 'return String(new env.HOST.constructor())',
  ownExports: 'const { exports } = await import("cloudflare:workers"); const r = await exports.Host({ props: { grant: given.grant } }).fetch("https://host/blobs"); return r.text()',
  forgedHeader: 'const all = []; for (const [n, v] of JSON.parse(given.headers)) { const r = await host("/blobs", { headers: { [n]: v } }); all.push(r.status) } return [...new Set(all)].join()',
  forgedCf: 'const r = await host("/blobs", { cf: { grant: given.grant, props: { grant: given.grant } } }); return r.status',
  forgedHost: 'const all = []; for (const u of ["https://evil/blobs", "https://blobs/blobs", "http://host:80/blobs", "https://u:p@host/blobs"]) all.push((await env.HOST.fetch(u)).status); return [...new Set(all)].join()',

  awaitsForEver: 'await new Promise(() => {})',
  sleepsForEver: 'await new Promise((yes) => setTimeout(yes, 3_600_000))',
  waitsInBackground: 'ctx.waitUntil(new Promise((yes) => setTimeout(yes, 3_600_000))); return "answered"',
  hostForEver: 'const { readable } = new TransformStream(); return (await host("/cache/never?ttl=60", { method: "PUT", body: readable })).status',
  taskForEver: 'const { readable } = new TransformStream(); return (await host("/tasks/index", { method: "POST", body: readable })).status',
  leaseForEver: 'const lease = () => host("/leases/mine?ttlMs=60000&waitMs=30000", { method: "POST" }); await lease(); return (await lease()).text()',
  fetchForEver: 'return (await fetch(given.url)).text()',

  floodsEgress: 'const all = await Promise.allSettled(Array.from({ length: 400 }, () => fetch("https://undeclared.example.com/"))); return all.length',
  floodsHost: 'const all = await Promise.allSettled(Array.from({ length: 400 }, (_, i) => host("/cache/" + i))); return all.length',
  floodsStage: 'const all = await Promise.allSettled(Array.from({ length: 400 }, async () => (await fetch(given.url)).text())); return all.length',
  floodsCalls: 'const all = await Promise.allSettled(Array.from({ length: 100 }, () => host(given.path))); return all.length',
  abortsItself: 'ctx.abort("over"); return "still here"',
  loopsThroughItself: 'const { exports } = await import("cloudflare:workers"); const r = await exports.default.fetch(request.url); return r.status',
} as const

type Attempt = keyof typeof ATTEMPTS

const HOSTILE = `
import { WorkerEntrypoint } from "cloudflare:workers";
const found = Reflect.ownKeys(globalThis).filter((name) => /cache/i.test(String(name)));
try { found.push(String(caches.default)); } catch {}
const attempts = {
${Object.entries(ATTEMPTS).map(([name, body]) => `  async ${name}({ env, ctx, request, given, host }) { ${body} },`).join('\n')}
};
// Namesakes of the runner's own classes: whoever asks these asks the bundle itself.
export class Host extends WorkerEntrypoint { fetch() { return new Response("my own"); } }
export class Egress extends WorkerEntrypoint { fetch() { return new Response("my own"); } }
let deep = 0;
export default {
  async fetch(request, env, ctx) {
    const given = Object.fromEntries(new URL(request.url).searchParams);
    if (++deep > 50) return new Response("deep");
    const host = (path, init) => env.HOST.fetch("https://host" + path, init);
    try { return Response.json({ got: await attempts[given.attempt]({ env, ctx, request, given, host }) ?? null }); }
    catch (error) { return Response.json({ threw: String(error) }); }
    finally { deep--; }
  },
};
`

interface Outcome {
  got?: unknown
  threw?: string
}

let stage: Stage
let door: Awaited<ReturnType<typeof openBackdoor>>
let author: Author
/** Declares any public host, and nothing else. */
let hostile: string
/** The installed bundle `stage`, which declares `config:STAGE_URL`. */
let declared: string
let victim: string
let good: string

before(async () => {
  stage = await openStage((_, response) => response.end('stage'))
  door = await openBackdoor((_, response) => response.end('inside'))
  author = await signIn('operator.test')
  hostile = (await publish(author, { name: 'hostile', modules: { 'index.js': HOSTILE }, net: ['*'] })).path
  const release = await publish(author, { name: 'stage', version: '3.0.0', modules: { 'index.js': HOSTILE }, net: ['config:STAGE_URL'], config: ['STAGE_URL'] })
  await pointChannel(author, 'stage', 'latest', release)
  declared = release.path
  victim = (await publish(author, { name: 'victim', modules: { 'index.js': ASKER }, endpoints: ASKER_ENDPOINTS, blobs: { maxBytes: 1_000 } })).path
  good = (await publish(author, { name: 'bystander', modules: { 'index.js': 'export default { fetch: () => new Response("fine") }' } })).path
  assert.equal((await askHost(victim, 'PUT /blobs/secret', {}, 'of the victim')).status, 200)
  assert.equal((await askHost(victim, 'PUT /cache/secret?ttl=600', {}, 'of the victim')).status, 204)
})
after(() => Promise.all([stage.close(), door.close()]))

afterEach(async () => {
  assert.deepEqual(await ask(`${good}/run`).then(({ status, text }) => [status, text]), [200, 'fine'], 'the runner serves the next request')
  assert.equal(door.connections, 0, 'nobody came to the door')
})

const attempt = (name: Attempt, given: Record<string, string> = {}, bundle = hostile) => askJson<Outcome>(`${bundle}/run?${new URLSearchParams({ attempt: name, ...given })}`)

/** Asserts that an attempt came to nothing: it was refused, or threw. */
async function failed(name: Attempt, given: Record<string, string> = {}, bundle = hostile): Promise<void> {
  const outcome = await attempt(name, given, bundle)
  assert.ok(outcome.threw !== undefined || outcome.got === 'refused', `${name} ${JSON.stringify(given)}: ${JSON.stringify(outcome)}`)
}

test('bad_input_12_no_host_that_is_not_public_and_declared_is_reached_however_it_is_spelled', async () => {
  const { port } = door
  const names = [
    'localhost', 'LOCALHOST', 'localhost.', 'a.localhost', '127.0.0.1', '127.1', '0', '0.0.0.0', '0x7f000001', '0x7f.1', '2130706433', '017700000001', '127.0.0.1.', '[::1]', '[::]', '[::ffff:127.0.0.1]', '[::ffff:7f00:1]', '[64:ff9b::7f00:1]', '[0:0:0:0:0:0:0:1]', '１２７.0.0.1', '①②⑦.0.0.1',
    '169.254.169.254', '10.0.0.1', '100.64.1.1', '[::ffff:10.0.0.1]', '192.168.0.1', '172.16.0.1', 'metadata.google.internal', 'router.local', 'intranet',
  ]
  const urls = names.flatMap((name) => [`http://${name}:${port}/`, `https://${name}:${port}/`, `https://${name}/`, `http://${name}/`])
  urls.push(`https://stage@127.0.0.1:${port}/`, `${STAGE_URL}@127.0.0.1:${port}/`, `http://127.0.0.1:${port}#${STAGE_URL}`, `http://127.0.0.1:${port}\\@${new URL(STAGE_URL).host}/`, `${PDS_URL}/xrpc/_health`, `${RUNNER_URL}/health`, `${RUNNER_URL}/admin/installations`, 'https://undeclared.example.com/')
  for (const bundle of [hostile, declared]) {
    for (const url of urls) {
      if (bundle === hostile && url.includes('undeclared')) continue
      await failed('reach', { url }, bundle)
    }
  }
  const [first = ''] = urls
  for (const url of [first, `http://127.0.0.1:${port}/`]) {
    for (const way of ['nodeHttp', 'webSocket', 'eventSource'] as const) await failed(way, { url })
  }
  assert.deepEqual(stage.seen, [])
})

test('bad_input_12_a_redirect_opens_no_door', async () => {
  for (const location of [`${door.url}/`, `http://localhost:${door.port}/`, 'https://10.0.0.1/', `${RUNNER_URL}/health`, `//127.0.0.1:${door.port}/`, 'https://undeclared.example.com/']) {
    stage.answer = (_, response) => response.writeHead(307, { location }).end()
    for (const way of ['reach', 'nodeHttp', 'webSocket'] as const) {
      const outcome = await attempt(way, { url: `${STAGE_URL}/away` }, declared)
      assert.ok(outcome.threw || outcome.got === 'refused' || outcome.got === '', `${way} ${location}: ${JSON.stringify(outcome)}`)
    }
  }
  stage.answer = (_, response) => response.end('stage')
  stage.seen.length = 0
})

test('bad_input_39_no_socket_opens', async () => {
  const { port } = new URL(STAGE_URL)
  for (const [bundle, address] of [[hostile, `127.0.0.1:${door.port}`], [declared, `127.0.0.1:${door.port}`], [declared, `127.0.0.1:${port}`], [hostile, 'localhost:443'], [hostile, 'host:80']] as const) {
    for (const way of ['socket', 'hostSocket', 'netSocket', 'tlsSocket'] as const) await failed(way, { address }, bundle)
  }
  assert.deepEqual(stage.seen, [])
})

test('bad_input_12_the_cache_api_is_gone_by_whatever_name', async () => {
  for (const name of Object.keys(ATTEMPTS).filter((name) => name.startsWith('cacheBy') || name === 'cachePurge') as Attempt[]) {
    const { got, threw } = await attempt(name)
    assert.ok(threw !== undefined || ['undefined', ''].includes(String(got)), `${name}: ${String(got)}`)
  }
  for (const name of ['cacheOfGlobal', 'cacheOfPrototypes', 'cacheAtStart'] as const) assert.ok(['', 'undefined'].includes(String((await attempt(name)).got)), name)
})

test("bad_input_12_another_bundle's_blobs_and_cache_entries_stay_its_own", async () => {
  const { did } = author
  const keys = ['secret', '../victim/secret', `../../${did}/victim/secret`, `blobs/${did}/victim/secret`, '../../../installations.json', '%2e%2e/victim/secret']
  const thief = (await publish(author, { name: 'thief', modules: { 'index.js': HOSTILE }, blobs: { maxBytes: 1_000 } })).path
  const paths = (folder: string) => JSON.stringify(keys.flatMap((key) => [`/${folder}/${key}`, `/${folder}/${encodeURIComponent(key)}`, `/${folder}/${encodeURIComponent(encodeURIComponent(key))}`]))
  for (const [name, folder] of [['otherBlobs', 'blobs'], ['otherCache', 'cache']] as const) {
    const { got } = await attempt(name, { paths: paths(folder) }, thief)
    assert.match(String(got), /^(40[04],?)+$/, folder)
  }
  assert.match(String((await attempt('otherBlobs', { paths: paths('blobs') })).got), /^(40[034],?)+$/, 'without storage of its own')
  assert.equal((await askHost(victim, 'GET /blobs/secret')).text, 'of the victim')
  assert.equal((await askHost(victim, 'GET /cache/secret')).text, 'of the victim')
})

test('bad_input_12_there_is_nothing_to_be_found_and_no_grant_to_be_forged', async () => {
  assert.equal((await attempt('secrets')).got, 'AT_RUN_RUNNER,HOST')
  assert.equal((await attempt('secrets', {}, declared)).got, 'AT_RUN_RUNNER,HOST,STAGE_URL')
  const files = String((await attempt('files')).got).split(',')
  assert.deepEqual(files.filter((name) => !['bundle', 'tmp', 'dev', 'index.js', '~at-run.js', '~at-run-seal.js', 'full', 'null', 'random', 'zero'].includes(name)), [])
  const grant = JSON.stringify({ did: author.did, name: 'victim', version: '1.0.0', host: new URL(RUNNER_URL).host, allow: ['*'], blobs: 1_000, calls: [], tasks: [], depth: 0 })
  for (const name of ['propsOfHost', 'propsByRpc', 'envByRpc', 'methodByRpc', 'scheduledByRpc', 'queueByRpc', 'otherStub'] as const) {
    const { threw, got } = await attempt(name)
    assert.ok(threw !== undefined || got === 'exception', `${name}: ${String(got)}`)
  }
  assert.equal((await attempt('ownExports', { grant })).got, 'my own')
  const headers = JSON.stringify(['at-run-grant', 'grant', 'props', 'x-props', 'cf-worker', 'cf-props', 'at-run-kind', 'authorization'].map((name) => [name, grant]))
  assert.equal((await attempt('forgedHeader', { headers })).got, '403')
  assert.equal((await attempt('forgedCf', { grant })).got, 403)
  assert.match(String((await attempt('forgedHost')).got), /^(403|404)(,(403|404))?$/)
})

test('bad_input_11_promises_that_never_settle_are_cut_off', async () => {
  stage.answer = () => {}
  for (const [name, given, bundle] of [['awaitsForEver'], ['sleepsForEver'], ['hostForEver'], ['leaseForEver'], ['fetchForEver', { url: `${STAGE_URL}/never` }, declared]] as const) {
    const answer = await ask(`${bundle ?? hostile}/run?${new URLSearchParams({ attempt: name, ...given })}`)
    assert.equal(answer.status, 504, `${name}: ${answer.text}`)
    assert.equal((JSON.parse(answer.text) as { error: string }).error, 'BundleTimeout')
    assert.equal((await ask(`${good}/run`)).text, 'fine')
  }
  assert.equal((await attempt('waitsInBackground')).got, 'answered')
  // The bundle has no tasks, so nobody waits for the end of the input.
  assert.equal((await attempt('taskForEver')).got, 409)
  stage.answer = (_, response) => response.end('stage')
  stage.seen.length = 0
})

test('bad_input_11_an_answer_that_never_ends_holds_up_nobody_else', async () => {
  const { path } = await publish(author, {
    name: 'drips',
    modules: { 'index.js': 'export default { fetch: () => new Response(new ReadableStream({ async pull(c) { await new Promise((yes) => setTimeout(yes, 50)); c.enqueue(new Uint8Array(1)) } })) }' },
  })
  const leave = new AbortController()
  const held = await Promise.all(Array.from({ length: 8 }, () => fetch(`${RUNNER_URL}${path}/run`, { signal: leave.signal })))
  assert.deepEqual(new Set(held.map(({ status }) => status)), new Set([200]))
  for (let round = 0; round < 5; round++) assert.equal((await ask(`${good}/run`)).text, 'fine')
  leave.abort()
})

test('bad_input_11_floods_of_requests_drown_nobody', async () => {
  for (const [name, given, bundle] of [['floodsEgress'], ['floodsHost'], ['floodsStage', { url: `${STAGE_URL}/flood` }, declared], ['floodsCalls', { path: `/call/${author.did}/victim/ask` }]] as const) {
    const flood = ask(`${bundle ?? hostile}/run?${new URLSearchParams({ attempt: name, ...given })}`)
    const beside = await ask(`${good}/run`)
    assert.deepEqual([beside.status, beside.text], [200, 'fine'], name)
    const { status } = await flood
    assert.ok([200, 502, 503, 504].includes(status), `${name}: ${status}`)
    assert.equal((await ask(`${good}/run`)).text, 'fine', name)
  }
  stage.seen.length = 0
})

test('bad_input_11_a_bundle_that_ends_itself_or_calls_itself_ends_nobody_else', async () => {
  for (const name of ['abortsItself', 'loopsThroughItself'] as const) {
    const { status } = await ask(`${hostile}/run?attempt=${name}`)
    assert.ok([200, 502, 503, 504].includes(status), `${name}: ${status}`)
    assert.equal((await ask(`${good}/run`)).text, 'fine')
  }
})

test('bad_input_15_headers_that_break_lines_or_bounds_do_not_come_out', async () => {
  const { path } = await publish(author, {
    name: 'shouts',
    endpoints: ['split', 'huge', 'flood', 'link'],
    modules: {
      'index.js': `export default { fetch(request) {
        const headers = new Headers({ "content-type": "text/plain" });
        const set = (name, value) => { try { headers.append(name, value); } catch {} };
        switch (new URL(request.url).pathname) {
          case "/endpoint/split":
            for (const end of ["\\r\\n", "\\n", "\\r", "\\0", "\\u010d\\u010a"]) { set("etag", "a" + end + "set-cookie: a=b"); set("x\\r\\nset-cookie", "a=b"); set("content-language", "cy" + end + "set-cookie: c=d"); }
            break;
          case "/endpoint/huge": set("etag", "x".repeat(129 * 1024)); set("link", "y".repeat(129 * 1024)); break;
          case "/endpoint/flood": for (let i = 0; i < 5000; i++) { set("link", "<https://a.example/" + i + ">"); set("x-" + i, "v"); } break;
          case "/endpoint/link": set("location", "javascript:alert(1)"); set("location", "data:text/html,x"); break;
        }
        return new Response("said", { headers });
      } }`,
    },
  })
  // The first call loads the bundle, later ones find it loaded: two ways through the runner.
  for (const endpoint of ['split', 'huge', 'flood', 'link', 'split', 'huge', 'flood', 'link']) {
    const { status, headers, text } = await ask(`${path}/${endpoint}`)
    assert.deepEqual([status, text], [200, 'said'], endpoint)
    for (const name of ['set-cookie', 'x-1', 'location']) assert.equal(headers.get(name), null, `${endpoint} ${name}`)
    assert.ok([...headers].reduce((sum, [name, value]) => sum + name.length + value.length, 0) < 40 * 1024, endpoint)
  }
})

test('bad_input_16_odd_headers_of_a_client_change_no_answer', async () => {
  const { path } = await publish(author, { name: 'plain-talk', modules: { 'index.js': 'export default { fetch: (request) => new Response("the same ".repeat(200) + [...request.headers].filter(([name]) => /^(at-run-(?!request-id)|x-|cf-|forwarded|host$)/.test(name)).join(), { headers: { "content-type": "text/plain", etag: \'"1"\' } }) }' } })
  const plain = await ask(`${path}/run`)
  assert.equal(plain.text, `${'the same '.repeat(200)}at-run-base,${RUNNER_URL}${path}`)
  for (const headers of [
    { range: ['bytes=0-1', 'bytes=5-9'] },
    { range: 'bytes=0-1, bytes=2-3' },
    { 'accept-encoding': 'nothing, of;q=9, the, kind' },
    { 'accept-encoding': 'zstd;q=1.0, br;q=abc, gzip;q=-1' },
    { 'x-forwarded-host': 'evil.example', 'x-forwarded-proto': 'javascript', 'x-original-url': '/admin', 'x-rewrite-url': '/admin' },
    { 'at-run-kind': 'job', 'at-run-grant': '{}', 'at-run-request-id': 'mine', 'at-run-base': 'https://evil.example', 'at-run-attempt': '1', 'cf-worker': 'x' },
    { 'if-none-match': '"1"' },
  ] as Record<string, string | string[]>[]) {
    const { status, text, headers: said } = await ask(`${path}/run`, { headers })
    assert.deepEqual([status, text, said.get('etag')], [200, plain.text, '"1"'], JSON.stringify(headers))
  }
  const withBody = await ask(`${path}/run`, { headers: { 'content-length': '5' }, body: 'hello' })
  assert.deepEqual([withBody.status, withBody.text], [200, plain.text], 'a GET has no body, whatever it brings')
  for (const host of ['evil.example', '127.0.0.1', 'localhost:1']) {
    const status = await withHost(`${path}/run`, host)
    assert.ok(status === 200 || status === 400 || status === 404, `${host}: ${status}`)
  }
  assert.equal((await ask(`${path}/run`)).text, plain.text)
})

test('bad_input_39_headers_that_command_a_browser_are_dropped', async () => {
  const commands = { 'service-worker-allowed': '/', 'clear-site-data': '"*"', refresh: '0;url=https://evil.example', 'set-cookie': 'a=b', 'set-cookie2': 'a=b', 'public-key-pins': 'x', 'strict-transport-security': 'max-age=0', 'alt-svc': 'h3=":443"', nel: '{}', 'report-to': '{}', 'origin-agent-cluster': '?0', 'access-control-allow-credentials': 'true', sourcemap: 'https://evil.example' }
  const { path } = await publish(author, { name: 'commands', modules: { 'index.js': `export default { fetch: () => new Response("said", { headers: ${JSON.stringify(commands)} }) }` } })
  for (let round = 0; round < 3; round++) {
    const { status, headers } = await ask(`${path}/run`)
    assert.equal(status, 200)
    for (const name of Object.keys(commands)) assert.equal(headers.get(name), null, name)
  }
})

test('a release can have no module in place of the one that goes before it', async () => {
  for (const name of ['~at-run.js', '~at-run-seal.js']) {
    const { path } = await publish(author, { name: `impostor-${name.length}`, modules: { 'index.js': HOSTILE, [name]: 'export default {}' } })
    const answer = await ask(`${path}/run`)
    assert.deepEqual([answer.status, (JSON.parse(answer.text) as { error: string }).error], [502, 'InvalidRelease'])
  }
})

function withHost(path: string, host: string): Promise<number> {
  const { hostname, port } = new URL(RUNNER_URL)
  return new Promise((resolve, reject) => {
    const sent = send({ hostname, port, path, headers: { host }, signal: AbortSignal.timeout(20_000) }, (response) => {
      response.resume()
      response.once('end', () => resolve(response.statusCode ?? 0))
    })
    sent.once('error', reject)
    sent.end()
  })
}
