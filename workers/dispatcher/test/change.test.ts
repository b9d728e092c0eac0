import assert from 'node:assert/strict'
import { test } from 'node:test'
import { setTimeout as pause } from 'node:timers/promises'
import { ask, type Answer } from './ask.ts'
import { newAuthor } from './identity.ts'
import { pointChannel, publish } from './publish.ts'
import { trigger } from './relay.ts'
import { openStage } from './stage.ts'
import { ADMIN_TOKEN, STAGE_URL } from './system.ts'

/** Says which release it is, after the stage has answered where it is told to wait. */
const release = (word: string) => `
export default {
  async fetch(request, env) {
    if (new URL(request.url).searchParams.has("wait")) await fetch(env.STAGE_URL + "/hold");
    return new Response("${word}", { headers: { "content-type": "text/plain" } });
  },
}
`

async function operator(method: string, path: string, body?: object): Promise<void> {
  const answer: Answer = await ask(`/admin/${path}`, {
    method,
    headers: { authorization: `Bearer ${ADMIN_TOKEN}` },
    ...(body && { body: JSON.stringify(body) }),
  })
  assert.equal(answer.status, 200, answer.text)
}

test('bad_input_13_a_call_ends_on_the_release_that_it_began_on', async () => {
  const author = await newAuthor('changer')
  const draft = (version: string, word: string) =>
    publish(author, { name: 'changing', version, modules: { 'index.js': release(word) }, net: ['config:STAGE_URL'], config: ['STAGE_URL'] })
  await pointChannel(author, 'changing', 'latest', await draft('1.0.0', 'one'))
  const bundle = `${author.did}/changing`
  await operator('PUT', `installations/${bundle}`, { channel: 'latest', config: { STAGE_URL } })
  const path = `/bundle/${bundle}/latest/run`
  assert.equal((await ask(path)).text, 'one')
  const second = await draft('2.0.0', 'two')

  let letGo = () => {}
  const held = new Promise<void>((resolve) => (letGo = resolve))
  const stage = await openStage((_, response) => void held.then(() => response.end('go on')))
  try {
    const begun = ask(`${path}?wait`)
    while (stage.seen.length === 0) await pause(5)
    await pointChannel(author, 'changing', 'latest', second)
    await operator('POST', `purge/${bundle}`)
    assert.equal((await ask(path)).text, 'two', 'whoever comes now gets the new release')
    letGo()
    const ended = await begun
    assert.deepEqual([ended.status, ended.text], [200, 'one'])
  } finally {
    letGo()
    await stage.close()
  }
})

test('an installed bundle is started by the next trigger, before anybody asks for it, and once', async () => {
  const author = await newAuthor('starter')
  const code = 'export default { async fetch(request, env) { await fetch(env.STAGE_URL + new URL(request.url).pathname); return new Response("started") } }'
  await pointChannel(author, 'early', 'latest', await publish(author, { name: 'early', modules: { 'index.js': code }, net: ['config:STAGE_URL'], config: ['STAGE_URL'] }))
  const stage = await openStage((_, response) => void response.end())
  // Another bundle's job comes here when a minute passes.
  const seen = () => stage.seen.filter((request) => request !== 'GET /tick')
  try {
    await operator('PUT', `installations/${author.did}/early`, { config: { STAGE_URL } })
    await trigger(Date.now())
    assert.deepEqual(seen(), ['GET /start'])
    await trigger(Date.now())
    assert.equal((await ask(`/bundle/${author.did}/early/latest/run`)).text, 'started')
    assert.deepEqual(seen(), ['GET /start', 'GET /endpoint/run'])
  } finally {
    await operator('DELETE', `installations/${author.did}/early`)
    await stage.close()
  }
})
