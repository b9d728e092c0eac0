/** A shared link leads to the configured web player and nowhere else, whatever stands in it. */
import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { ask } from './ask.ts'
import { elements, headOf, linked, visit } from './crawl.ts'
import { installVod, type InstalledVod } from './installed-vod.ts'
import { RUNNER_URL, account, videos } from './system.ts'
import { BUNDLE, WEB_URL, at, keyOf, watchUrl } from './vod-call.ts'

const aurora = account('aurora.test')
const paper = videos.find(({ title }) => title === 'Paper Mountains at Dusk')!
/** With settings that are no origin. */
const broken: InstalledVod[] = []
after(async () => {
  for (const { uninstall } of broken) await uninstall()
})

/** Addresses elsewhere, as they are written to pass for ours. */
const ELSEWHERE = [
  'https://evil.example/',
  '//evil.example/',
  '/\\evil.example/',
  'javascript:alert(1)',
  'data:text/html,<script>alert(1)</script>',
  `${WEB_URL}.evil.example/watch/${aurora.did}/${keyOf(paper.uri)}`,
  `${WEB_URL}@evil.example/watch/${aurora.did}/${keyOf(paper.uri)}`,
  `${WEB_URL.replace('http://', 'http://evil.example@')}/watch/${aurora.did}/${keyOf(paper.uri)}`,
  `${WEB_URL.replace('http://', 'https://')}/watch/${aurora.did}/${keyOf(paper.uri)}`,
  `https://evil.example/?${WEB_URL}/watch/${aurora.did}/${keyOf(paper.uri)}`,
  `https://evil.example/#${WEB_URL}/watch/${aurora.did}/${keyOf(paper.uri)}`,
  `http://127.0.0.1:1/watch/${aurora.did}/${keyOf(paper.uri)}`,
]

test('bad_input_26_a_share_page_leads_to_the_configured_web_player_alone', async () => {
  const ours = new Set([new URL(WEB_URL).origin, new URL(RUNNER_URL).origin])
  for (const payload of ELSEWHERE) {
    for (const url of [
      `${at('shareVideo', { uri: paper.uri })}&${new URLSearchParams({ url: payload, redirect: payload, next: payload, frontend: payload, FRONTEND_ORIGIN: payload })}`,
      `${at('shareCreator', { creator: aurora.did })}&${new URLSearchParams({ url: payload, return_to: payload })}`,
      `${at('embed', { uri: paper.uri })}&${new URLSearchParams({ url: payload })}`,
    ]) {
      const { status, headers, text } = await visit(url, { 'x-forwarded-host': 'evil.example', 'x-forwarded-proto': 'https', forwarded: 'host=evil.example', 'at-run-base': 'https://evil.example/bundle/x/y/z', origin: 'https://evil.example', referer: payload.replace(/[^ -~]/g, '') })
      assert.deepEqual([status, headers.get('location')], [200, null], url)
      assert.ok(!text.includes('evil.example') && !text.includes('alert(1)'), url)
      for (const { attributes } of elements(text)) {
        for (const key of ['href', 'src', 'poster']) {
          const address = attributes[key]
          if (address !== undefined && !address.startsWith('at://')) assert.ok(ours.has(new URL(address).origin), `${url}: ${address}`)
        }
      }
      const target = headOf(text).refresh?.replace(/^0; url=/, '')
      if (target !== undefined) assert.equal(new URL(target).origin, new URL(WEB_URL).origin)
    }
    for (const t of [`5;url=${payload}`, `0; url=${payload}`, payload]) {
      const { status, text } = await visit(at('shareVideo', { uri: paper.uri, t }))
      assert.equal(status, 400, `${t}: ${text.slice(0, 200)}`)
    }
    for (const uri of [payload, `${paper.uri}?url=${payload}`, `at://${payload}`]) assert.equal((await visit(at('shareVideo', { uri }))).status, 400, uri)
    for (const base of [`${WEB_URL}/oembed`, `${RUNNER_URL}${BUNDLE}/oembed`]) {
      const answer = await visit(`${base}?${new URLSearchParams({ url: payload })}`)
      assert.deepEqual([answer.status, (JSON.parse(answer.text) as { error: string }).error], [404, 'NotOurs'], payload)
    }
  }
})

test('bad_input_26_another_host_in_the_request_changes_the_answer_to_nobody_else', async () => {
  const path = `${BUNDLE}/shareVideo?${new URLSearchParams({ uri: paper.uri })}`
  const misled = await ask(path, { headers: { host: 'evil.example' } })
  if (misled.status === 200) assert.equal(linked(headOf(misled.text), 'canonical'), watchUrl(paper.uri))
  const { text } = await ask(path)
  assert.ok(!text.includes('evil.example'))
})

test('bad_input_26_the_web_player_redirects_to_nowhere_else', async () => {
  for (const path of ['//evil.example/', '/\\evil.example', `/watch//evil.example`, `/watch/${aurora.did}/${keyOf(paper.uri)}?t=//evil.example&redirect=//evil.example`, '/@evil.example//', `/creator/${encodeURIComponent('https://evil.example')}/`, '/embed//evil.example/x']) {
    const response = await fetch(`${WEB_URL}${path}`, { redirect: 'manual', headers: { accept: 'text/html' } })
    const location = response.headers.get('location')
    if (location !== null) assert.equal(new URL(location, `${WEB_URL}${path}`).origin, new URL(WEB_URL).origin, `${path} → ${location}`)
    assert.ok([200, 301, 302, 307, 308, 400, 404, 502].includes(response.status), `${path}: ${response.status}`)
    assert.equal(headOf(await response.text()).refresh, undefined, path)
  }
})

test('bad_input_26_a_setting_that_is_no_origin_makes_no_page', async () => {
  for (const [ordinal, origin] of ['https://user@evil.example', 'https://streamhut.example/path', 'javascript:alert(1)', '//evil.example', 'https://streamhut.example?x=1'].entries()) {
    const installed = await installVod(`vod-broken-${ordinal}`, { FRONTEND_ORIGIN: origin })
    broken.push(installed)
    for (const [endpoint, input] of [['shareVideo', { uri: paper.uri }], ['shareCreator', { creator: aurora.did }], ['getShareHead', { uri: paper.uri }], ['oembed', { url: watchUrl(paper.uri) }], ['rss', {}], ['sitemap', {}]] as const) {
      const { status, text } = await visit(at(endpoint, input, installed.url))
      assert.equal(status, 500, `${origin}: ${text.slice(0, 300)}`)
      assert.deepEqual([(JSON.parse(text) as { error: string }).error, text.includes('evil.example'), text.includes('javascript')], ['InternalError', false, false])
    }
    assert.equal((await visit(at('listVideos', {}, installed.url))).status, 200, 'who needs no origin answers')
  }
})
