import assert from 'node:assert/strict'
import { before, test } from 'node:test'
import { ask, askJson } from './ask.ts'
import { publish, signIn } from './publish.ts'

/** Does with its storage what it is told to. */
const KEEPER = `
export default {
  async fetch(request, env) {
    const url = new URL(request.url);
    const key = url.searchParams.get("key");
    const blobs = env.BLOBS;
    try {
      switch (url.pathname) {
        case "/endpoint/put":
          return Response.json(await blobs.put(key, request.body));
        case "/endpoint/get": {
          const blob = await blobs.get(key, url.searchParams.has("range") ? { offset: 2, length: 3 } : undefined);
          return blob ? new Response(blob.body, { headers: { etag: blob.etag } }) : new Response("nothing", { status: 404 });
        }
        case "/endpoint/head":
          return Response.json(await blobs.head(key));
        case "/endpoint/remove":
          await blobs.delete(key);
          return Response.json("gone");
      }
    } catch (error) {
      return Response.json({ threw: String(error) });
    }
  },
};
`
const ENDPOINTS = ['POST put', 'get', 'head', 'remove']

let mine: string
let others: string

before(async () => {
  const author = await signIn('operator.test')
  const draft = { modules: { 'index.js': KEEPER }, endpoints: ENDPOINTS, blobs: { maxBytes: 1_000_000 } }
  mine = (await publish(author, { name: 'keeper', ...draft })).path
  others = (await publish(author, { name: 'keeper-too', ...draft })).path
})

async function put(path: string, key: string, body: string): Promise<Record<string, unknown>> {
  const length = String(Buffer.byteLength(body))
  return askJson(`${path}/put?key=${encodeURIComponent(key)}`, { method: 'POST', body, headers: { 'content-length': length } })
}

test('a bundle keeps bytes, reads them whole and in part, and lets go of them', async () => {
  const { size, etag } = await put(mine, 'a/b.txt', '0123456789')
  assert.equal(size, 10)
  const whole = await ask(`${mine}/get?key=a/b.txt`)
  assert.deepEqual([whole.text, whole.headers.get('etag')], ['0123456789', etag])
  assert.equal((await ask(`${mine}/get?key=a/b.txt&range`)).text, '234')
  assert.deepEqual(await askJson(`${mine}/head?key=a/b.txt`), { size, etag })
  await askJson(`${mine}/remove?key=a/b.txt`)
  assert.equal((await ask(`${mine}/get?key=a/b.txt`)).status, 404)
})

test('a bundle reaches no key but its own, however it spells it', async () => {
  await put(mine, 'secret', 'mine')
  const did = decodeURIComponent(mine.split('/')[2] ?? '')
  for (const key of ['secret', '../keeper/secret', `../../${did}/keeper/secret`, `blobs/${did}/keeper/secret`, '/secret', '..%2fkeeper%2fsecret']) {
    const { status, text } = await ask(`${others}/get?key=${encodeURIComponent(key)}`)
    assert.deepEqual([status, text], [404, 'nothing'], key)
  }
  for (const key of ['', 'a\u0000b', 'x'.repeat(513)]) {
    assert.match((await ask(`${others}/get?key=${encodeURIComponent(key)}`)).text, /threw.*key has 1 to 512/, JSON.stringify(key))
  }
  assert.equal((await ask(`${mine}/get?key=secret`)).text, 'mine')
})
