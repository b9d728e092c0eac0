import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { ask, askJson } from './ask.ts'
import { echo } from './echo.ts'
import { pointChannel, publish, signIn } from './publish.ts'
import { openBackdoor, openStage, type Stage } from './stage.ts'
import { PDS_URL, RUNNER_URL, STAGE_URL } from './system.ts'

/** What became of a bundle's attempt to reach a URL. */
interface Tried {
  status?: number
  refused?: string | null
  text?: string
  threw?: string
}

/** A bundle that looks around, and tries whatever it is told to. */
const PROBE = `
import { WorkerEntrypoint, env as moduleEnv, exports } from "cloudflare:workers";
const kind = (value) => value?.constructor?.name ?? typeof value;
async function attempt(run) {
  try { return await run(); } catch (error) { return { threw: String(error) }; }
}
export default {
  async fetch(request, env, ctx) {
    const url = new URL(request.url);
    const given = Object.fromEntries(url.searchParams);
    switch (url.pathname) {
      case "/endpoint/look":
        return Response.json({
          url: request.url,
          env: Object.fromEntries(Object.entries(env).map(([name, value]) => [name, typeof value === "string" ? value : kind(value)])),
          moduleEnv: Object.keys(moduleEnv),
          exports: [...Object.keys(exports), ...Object.keys(ctx.exports ?? {})],
          props: ctx.props ?? null,
          globals: ["LOADER", "BUCKET", "LEDGER", "QUEUE", "HOST", "caches"].filter((name) => name in globalThis),
          processEnv: Object.keys(globalThis.process?.env ?? {}),
          headers: Object.fromEntries(request.headers),
        });
      case "/endpoint/reach":
        return Response.json(await attempt(async () => {
          const spoken = { cookie: "a=b", host: "evil.example", forwarded: "for=10.0.0.1", "x-forwarded-host": "evil.example", "cf-connecting-ip": "10.0.0.1", "at-run-request-id": "mine", via: "1.1 evil", "content-length": "5", "transfer-encoding": "chunked", connection: "x-own", upgrade: "h2c" };
          const response = await fetch(given.url, { method: given.method, headers: { ...spoken, "x-own": "kept" }, cf: { resolveOverride: "evil.example", cacheKey: "shared", cacheEverything: true } });
          return { status: response.status, refused: response.headers.get("at-run-refused"), text: await response.text() };
        }));
      case "/endpoint/socket":
        return Response.json(await attempt(async () => {
          const { connect } = await import("cloudflare:sockets");
          const socket = connect({ hostname: given.host, port: Number(given.port) });
          const writer = socket.writable.getWriter();
          await writer.write(new TextEncoder().encode("GET / HTTP/1.0\\r\\n\\r\\n"));
          const { value } = await socket.readable.getReader().read();
          return { text: new TextDecoder().decode(value) };
        }));
      case "/endpoint/websocket":
        return Response.json(await attempt(async () => {
          const response = await fetch(given.url, { headers: { upgrade: "websocket" } });
          const { status, webSocket } = response;
          if (!webSocket) return { status, refused: response.headers.get("at-run-refused") };
          webSocket.accept();
          const heard = new Promise((resolve) => webSocket.addEventListener("message", ({ data }) => resolve(data)));
          webSocket.send("said");
          const text = await heard;
          webSocket.close(1000);
          return { status, text };
        }));
    }
  },
};
`
const ENDPOINTS = ['look', 'reach', 'socket', 'websocket']

let stage: Stage
let door: Awaited<ReturnType<typeof openBackdoor>>
/** The installed bundle `stage`, which declares `config:STAGE_URL`. */
let declared: string
/** One that declares any public host, and isn't installed. */
let wide: string

before(async () => {
  stage = await openStage((request, response) => response.end(JSON.stringify(request.headers)))
  door = await openBackdoor((_, response) => response.end('inside'))
  const author = await signIn('operator.test')
  const release = await publish(author, { name: 'stage', modules: { 'index.js': PROBE }, endpoints: ENDPOINTS, net: ['config:STAGE_URL'], config: ['STAGE_URL', 'NOT_SET'] })
  await pointChannel(author, 'stage', 'latest', release)
  declared = release.path
  wide = (await publish(author, { name: 'wide', modules: { 'index.js': PROBE }, endpoints: ENDPOINTS, net: ['*'], blobs: { maxBytes: 1_000 } })).path
})
after(() => Promise.all([stage.close(), door.close()]))

const reach = (bundle: string, url: string, method = 'GET') => askJson<Tried>(`${bundle}/reach?${new URLSearchParams({ url, method })}`)

test('bad_input_12_a_bundle_sees_its_own_settings_and_nothing_of_the_dispatcher', async () => {
  const seen = await askJson(`${declared}/look?a=1`)
  assert.deepEqual(seen['env'], { AT_RUN_RUNNER: '1', STAGE_URL, HOST: 'Fetcher' })
  assert.deepEqual(seen['moduleEnv'], ['AT_RUN_RUNNER', 'STAGE_URL', 'HOST'])
  assert.deepEqual(seen['globals'], [])
  assert.deepEqual(((seen['processEnv'] as string[]) ?? []).filter((name) => !['AT_RUN_RUNNER', 'STAGE_URL'].includes(name)), [])
  assert.equal(seen['url'], 'https://bundle/endpoint/look?a=1')
  const exports = seen['exports'] as string[]
  assert.ok(!exports.some((name) => ['Egress', 'Host', 'Ledger', 'Gateway', 'Tail'].includes(name)), exports.join())
  assert.ok(!JSON.stringify(seen).includes('not in the release'), 'a setting that the release does not name')
  assert.deepEqual((await askJson(`${wide}/look`))['env'], { AT_RUN_RUNNER: '1', HOST: 'Fetcher' })
})

test('bad_input_16_a_bundle_reaches_the_origin_that_it_declares_and_speaks_for_nobody_there', async () => {
  const tried = await reach(declared, `${STAGE_URL}/hello`)
  assert.equal(tried.status, 200, JSON.stringify(tried))
  assert.deepEqual(stage.seen.splice(0), ['GET /hello'])
  const headers = JSON.parse(tried.text ?? '') as Record<string, string>
  assert.equal(headers['x-own'], 'kept')
  assert.equal(headers['host'], new URL(STAGE_URL).host)
  for (const name of ['cookie', 'forwarded', 'x-forwarded-host', 'cf-connecting-ip', 'at-run-request-id', 'via', 'content-length', 'transfer-encoding', 'upgrade']) assert.equal(headers[name], undefined, name)
})

test('a bundle talks over a WebSocket to the origin that it declares, and to no other', async () => {
  const connect = (bundle: string, url: string) => askJson<Tried>(`${bundle}/websocket?${new URLSearchParams({ url })}`)
  stage.upgrade = echo
  assert.deepEqual(await connect(declared, `${STAGE_URL}/talk`), { status: 101, text: 'said' })
  assert.deepEqual(stage.seen.splice(0), ['UPGRADE /talk'])
  for (const [bundle, url] of [[wide, `${STAGE_URL}/talk`], [declared, `${door.url}/`], [declared, `${RUNNER_URL}/health`], [declared, 'https://undeclared.example.com/'], [wide, 'https://10.0.0.1/']] as const) {
    const tried = await connect(bundle, url)
    assert.equal(tried.status, 403, `${url}: ${JSON.stringify(tried)}`)
    assert.ok(tried.refused, url)
  }
  assert.deepEqual(stage.seen.splice(0), [])

  // A handshake is not sent elsewhere, wherever it is told to go.
  delete stage.upgrade
  for (const location of [`${door.url}/`, `${STAGE_URL}/talk`, 'https://10.0.0.1/']) {
    stage.answer = (_, response) => response.writeHead(302, { location }).end()
    assert.equal((await connect(declared, `${STAGE_URL}/moved`)).status, 403, location)
    assert.deepEqual(stage.seen.splice(0), ['GET /moved'])
  }
  stage.answer = (request, response) => response.end(JSON.stringify(request.headers))
  assert.equal((await connect(declared, `${STAGE_URL}/no`)).status, 200, 'whoever takes no WebSocket answers as ever')
  stage.seen.length = 0
  assert.equal(door.connections, 0)
})

test('bad_input_12_undeclared_internal_and_metadata_hosts_are_refused_at_the_gateway', async () => {
  const { port } = new URL(STAGE_URL)
  const inside = [
    `${RUNNER_URL}/health`, `${PDS_URL}/xrpc/_health`, `${door.url}/`, `http://localhost:${door.port}/`, `http://localhost:${port}/`, `http://[::1]:${door.port}/`,
    `https://127.0.0.1:${door.port}/`, 'https://10.0.0.1/', 'http://169.254.169.254/latest/meta-data', 'https://169.254.169.254/', 'https://metadata.internal/',
    'https://localhost/', 'https://[::1]/', 'https://0x7f000001/', 'https://[::ffff:10.0.0.1]/', 'https://[64:ff9b::7f00:1]/',
  ]
  for (const bundle of [declared, wide]) {
    for (const url of inside) {
      const tried = await reach(bundle, url)
      assert.equal(tried.status, 403, `${url}: ${JSON.stringify(tried)}`)
      assert.ok(tried.refused, `${url}: ${JSON.stringify(tried)}`)
    }
  }
  for (const url of ['https://undeclared.example.com/', `https://127.0.0.1:${port}/`]) {
    assert.deepEqual([(await reach(declared, url)).status, url], [403, url])
  }
  assert.equal(door.connections, 0)
  assert.deepEqual(stage.seen, [])
})

test('bad_input_12_a_redirect_is_judged_like_a_first_request', async () => {
  for (const target of [`${door.url}/`, `${PDS_URL}/xrpc/_health`, `${RUNNER_URL}/health`, 'http://169.254.169.254/', 'file:///etc/passwd', 'data:text/plain,x', 'javascript:1', 'http://']) {
    stage.answer = (_, response) => response.writeHead(302, { location: target }).end()
    for (const method of ['GET', 'POST']) {
      const tried = await reach(declared, `${STAGE_URL}/away`, method)
      assert.ok(tried.status === 403 || tried.threw !== undefined, `${method} ${target}: ${JSON.stringify(tried)}`)
      assert.notEqual(tried.text, 'inside')
    }
  }
  assert.equal(door.connections, 0)

  stage.seen.length = 0
  stage.answer = (request, response) => (request.url === '/from' ? response.writeHead(302, { location: '/to' }).end() : response.end('arrived'))
  assert.equal((await reach(declared, `${STAGE_URL}/from`)).text, 'arrived')
  assert.deepEqual(stage.seen.splice(0), ['GET /from', 'GET /to'])

  stage.answer = (_, response) => response.writeHead(302, { location: '/again' }).end()
  assert.equal((await reach(declared, `${STAGE_URL}/again`)).status, 403)
  assert.ok(stage.seen.splice(0).length <= 6)
})

test('bad_input_39_raw_sockets_and_websockets_reach_nothing', async () => {
  for (const bundle of [declared, wide]) {
    for (const host of ['127.0.0.1', 'localhost']) {
      const tried = await askJson<Tried>(`${bundle}/socket?${new URLSearchParams({ host, port: String(door.port) })}`)
      assert.ok(tried.threw, JSON.stringify(tried))
    }
    const tried = await askJson<Tried>(`${bundle}/websocket?${new URLSearchParams({ url: `${door.url}/` })}`)
    assert.ok(tried.status === 403 || tried.threw, JSON.stringify(tried))
  }
  const { port } = new URL(STAGE_URL)
  const tried = await askJson<Tried>(`${declared}/socket?${new URLSearchParams({ host: '127.0.0.1', port })}`)
  assert.ok(tried.threw, 'a declared origin is for fetch alone')
  assert.equal(door.connections, 0)
})

test('bad_input_16_headers_that_speak_for_caller_or_runner_do_not_go_in', async () => {
  const internal = { 'x-forwarded-host': 'evil.example', 'x-forwarded-for': '10.0.0.1', forwarded: 'host=evil.example', cookie: 'a=b', 'at-run-kind': 'job', 'at-run-attempt': '9', 'cf-connecting-ip': '10.0.0.1', 'x-request-id': 'mine' }
  for (let round = 0; round < 3; round++) {
    const seen = await askJson<{ headers: Record<string, string>; url: string }>(`${declared}/look`, { headers: { ...internal, range: 'bytes=0-1', 'accept-language': 'cy' } })
    assert.deepEqual(Object.keys(internal).filter((name) => name in seen.headers), [])
    assert.deepEqual([seen.headers['range'], seen.headers['accept-language']], ['bytes=0-1', 'cy'])
    assert.equal(seen.url, 'https://bundle/endpoint/look')
  }
})

test('bad_input_15_headers_that_speak_for_the_origin_do_not_come_out', async () => {
  const author = await signIn('operator.test')
  const { path } = await publish(author, {
    name: 'loud',
    endpoints: ['loud', 'many', 'away', 'near'],
    modules: {
      'index.js': `export default { fetch(request) {
        const [, , endpoint] = new URL(request.url).pathname.split("/");
        const headers = new Headers({ "content-type": "text/plain", etag: '"1"', "cache-control": "max-age=9" });
        if (endpoint === "loud") {
          for (const [name, value] of Object.entries({ "set-cookie": "a=b", "clear-site-data": '"*"', "service-worker-allowed": "/", refresh: "0;url=https://evil.example",
            "access-control-allow-origin": "https://evil.example", "access-control-allow-credentials": "true", "x-content-type-options": "none", "strict-transport-security": "max-age=0",
            "x-request-id": "mine", "at-run-stale": "no", "content-security-policy-report-only": "x", link: "x".repeat(9000) })) headers.append(name, value);
        }
        if (endpoint === "many") for (let i = 0; i < 5000; i++) headers.append("x-many-" + i, "v");
        if (endpoint === "away") { headers.set("location", "javascript:alert(1)"); return new Response(null, { status: 302, headers }); }
        if (endpoint === "near") { headers.set("location", "/bundle/other"); return new Response(null, { status: 302, headers }); }
        return new Response("said", { headers });
      } }`,
    },
  })
  for (const endpoint of ['loud', 'many', 'loud', 'many', 'loud']) {
    const { status, headers, text } = await ask(`${path}/${endpoint}`)
    assert.deepEqual([status, text, headers.get('etag'), headers.get('cache-control')], [200, 'said', '"1"', 'max-age=9'])
    for (const name of ['set-cookie', 'clear-site-data', 'service-worker-allowed', 'refresh', 'access-control-allow-credentials', 'strict-transport-security', 'at-run-stale', 'content-security-policy-report-only', 'link', 'x-many-1']) {
      assert.equal(headers.get(name), null, name)
    }
    assert.equal(headers.get('access-control-allow-origin'), '*')
    assert.equal(headers.get('x-content-type-options'), 'nosniff')
    assert.match(headers.get('x-request-id') ?? '', /^[0-9a-f]{16}$/)
  }
  for (let round = 0; round < 2; round++) {
    const away = await ask(`${path}/away`)
    assert.deepEqual([away.status, away.headers.get('location')], [302, null])
    assert.equal((await ask(`${path}/near`)).headers.get('location'), '/bundle/other')
  }
})
