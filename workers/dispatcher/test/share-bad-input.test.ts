/** Hostile titles, names and addresses in everything that other people's sites are told of videos. */
import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { openPage, xmlTexts } from './chromium.ts'
import { elements, headOf, said, visit } from './crawl.ts'
import { newAuthor } from './identity.ts'
import { indexVideo, type Indexed } from './indexed.ts'
import { putRecord } from './publish.ts'
import { forget } from './streamplace.ts'
import { PDS_URL, RUNNER_URL } from './system.ts'
import { WEB_URL, at, embedUrl, watchUrl } from './vod-call.ts'

/** Texts, and what of them a head may show; undefined where that is long. */
const HOSTILE: readonly [text: string, shown: string | undefined][] = [
  ['"><script>alert(1)</script>', '"><script>alert(1)</script>'],
  ["'><injected onclick='alert(1)'>", "'><injected onclick='alert(1)'>"],
  ['</title></head><body onload=alert(1)>', '</title></head><body onload=alert(1)>'],
  ['</script><injected src=x onerror=alert(1)>', '</script><injected src=x onerror=alert(1)>'],
  ['--><!--><injected>]]>', '--><!--><injected>]]>'],
  ['&lt;injected&gt;&#60;injected&#62;&amp;', '&lt;injected&gt;&#60;injected&#62;&amp;'],
  ['{{ 7 * 7 }}{% raw %}${alert(1)}', '{{ 7 * 7 }}{% raw %}${alert(1)}'],
  ['holiday\u202egpj.exe\u2066\ufeff', 'holidaygpj.exe'],
  ['one\0two\u001b[31m\u0085three\r\nfour', undefined],
  ['javascript:alert(1)//', 'javascript:alert(1)//'],
  ['\u0000\u202e', 'Untitled video'],
  ['', 'Untitled video'],
  [`${'\u{1f469}\u200d\u{1f680}'.repeat(40)}`, undefined],
  ['a\u0301'.repeat(200), undefined],
  ['x'.repeat(1 << 20), undefined],
  ['<injected>'.repeat(100_000), undefined],
]

const author = await newAuthor('share-hostile')
const hostile: Indexed[] = []
for (const [ordinal, [text]] of HOSTILE.entries()) {
  const who = { did: author.did, handle: 'share-hostile.test', displayName: text, avatar: 'javascript:alert(1)' }
  hostile.push(await indexVideo(`3hostile${ordinal}`, who, { title: text, description: text, tags: [text, 'plain'], contentRights: { creditLine: text }, activity: { $type: 'place.stream.defs#activityLabel', label: text } }))
}
after(async () => {
  for (const { uri } of hostile) await forget(uri)
})

/** Asserts that a page of hostile text has nothing in it that would run or lead astray. */
function assertHarmless(html: string, headers: Headers, what: string): void {
  const all = elements(html)
  for (const { name, attributes } of all) {
    assert.notEqual(name, 'injected', what)
    for (const [key, value] of Object.entries(attributes)) {
      assert.doesNotMatch(key, /^on/, `${what}: ${name}`)
      if (['href', 'src', 'action', 'poster', 'data'].includes(key)) assert.doesNotMatch(value, /^\s*(javascript|data:text|vbscript):/i, what)
    }
  }
  const policy = headers.get('content-security-policy') ?? ''
  const nonce = /'nonce-([^']+)'/.exec(policy)?.[1]
  for (const { attributes } of all.filter(({ name }) => name === 'script')) {
    const data = /^application\/(ld\+)?json$/.test(attributes['type'] ?? '')
    assert.ok(data || (nonce !== undefined && attributes['nonce'] === nonce), `${what}: ${JSON.stringify(attributes)}`)
  }
  assert.match(policy, /default-src 'none'/, what)
  assert.doesNotMatch(policy, /script-src[^;]*(unsafe|\*|data:|https?:)/, what)
  assert.equal(headers.get('x-content-type-options'), 'nosniff', what)
  assert.doesNotMatch(html, /[\0\u202a-\u202e\u2066-\u2069]/, what)
  assert.equal(all.filter(({ name }) => name === 'title').length, 1, what)
}

for (const [ordinal, [text, shown]] of HOSTILE.entries()) {
  test(`bad_input_25_the_title_${JSON.stringify(text).slice(0, 60)}_is_text_everywhere`, async () => {
    const { uri } = hostile[ordinal]!
    const embed = embedUrl(uri)
    for (const url of [at('shareVideo', { uri }), watchUrl(uri), at('embed', { uri }), embed]) {
      const { status, headers, bytes, text: html } = await visit(url)
      assert.equal(status, 200, `${url}: ${html.slice(0, 300)}`)
      assertHarmless(html, headers, url)
      if (url.startsWith(RUNNER_URL)) assert.ok(bytes.length <= 100_000, `${url}: ${bytes.length} bytes`)
      if (url.includes('mbed')) continue
      const head = headOf(html)
      const [title = '', description = ''] = [said(head, 'og:title'), said(head, 'og:description')]
      if (shown !== undefined) assert.equal(title, shown, url)
      assert.ok(title !== '' && Buffer.byteLength(title) <= 70 && [...description].length <= 200, `${url}: ${title}: ${description}`)
      assert.doesNotMatch(`${title}${description}`, /\ufffd|[\0-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]|^\p{M}/u, url)
      assert.equal(head.jsonLd.length, 1)
    }
    const head = await visit(at('getShareHead', { uri }))
    assert.equal((JSON.parse(head.text) as { title: string }).title, `Streamhut | ${said(headOf((await visit(at('shareVideo', { uri }))).text), 'og:title')}`)
    const { html } = JSON.parse((await visit(at('oembed', { url: watchUrl(uri) }))).text) as { html: string }
    const [frame, ...others] = elements(html)
    assert.deepEqual([frame?.name, frame?.attributes['src'], others], ['iframe', embed, []])
  })
}

test('bad_input_25_feeds_and_pages_of_hostile_titles_are_whole', async (t) => {
  const page = await openPage(t)
  const feed = await xmlTexts(page, (await visit(at('rss', { creator: author.did }))).text, ['guid', 'title', 'media:title'])
  assert.deepEqual([...feed['guid']!].sort(), hostile.map(({ uri }) => uri).sort())
  for (const [, shown] of HOSTILE) if (shown !== undefined) assert.ok(feed['title']?.includes(shown), shown)
  await xmlTexts(page, (await visit(at('sitemap', {}))).text, ['loc'])
  for (const url of [at('shareCreator', { creator: author.did }), `${WEB_URL}/creator/${author.did}/`]) {
    const { status, headers, text } = await visit(url)
    assert.equal(status, 200, text.slice(0, 300))
    assertHarmless(text, headers, url)
    assert.ok(elements(text).filter(({ name }) => name === 'a').length >= Math.min(12, HOSTILE.length), url)
  }
})

test('bad_input_25_nothing_of_a_hostile_title_runs_in_a_browser', { timeout: 120_000 }, async (t) => {
  const page = await openPage(t)
  const seen: string[] = []
  page.on('dialog', (dialog) => {
    seen.push(`dialog: ${dialog.message()}`)
    void dialog.dismiss()
  })
  // The refresh of a share page would lead on before there is a look at it.
  const hold = `${WEB_URL}/watch/**`
  for (const [ordinal, [text]] of HOSTILE.entries()) {
    if (!text.includes('(1)') && !text.includes('injected')) continue
    if (text.length > 1_000) continue
    const { uri } = hostile[ordinal]!
    await page.route(hold, (route) => route.fulfill({ status: 204 }))
    for (const url of [at('shareVideo', { uri }), at('embed', { uri })]) {
      await page.goto(url, { waitUntil: 'load' })
      assert.deepEqual(await page.evaluate(`[document.querySelectorAll('injected, script:not([type="application/ld+json"]), [onload], [onerror], [onclick]').length, document.querySelectorAll('title').length]`), [0, 1], url)
    }
    await page.unroute(hold)
    await page.goto(watchUrl(uri), { waitUntil: 'networkidle' })
    assert.equal(await page.evaluate(`document.querySelectorAll('injected, [onload], [onerror], [onclick]').length`), 0)
  }
  assert.deepEqual(seen, [])
})

test('bad_input_25_a_profile_of_markup_and_a_drawing_is_text_without_a_picture', async () => {
  const markup = '"><injected onload=alert(1)></title>'
  for (const [label, profile] of [['share-markup', { displayName: markup, description: markup }], ['share-long', { displayName: 'x'.repeat(640), description: 'Line\n'.repeat(500) }]] as const) {
    const somebody = await newAuthor(label)
    const upload = await fetch(`${PDS_URL}/xrpc/com.atproto.repo.uploadBlob`, {
      method: 'POST',
      headers: { authorization: somebody.authorization, 'content-type': 'image/svg+xml' },
      body: '<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>',
    })
    const { blob } = (await upload.json()) as { blob: { mimeType: string } }
    assert.equal(blob.mimeType, 'image/svg+xml')
    await putRecord(somebody, 'app.bsky.actor.profile', 'self', { ...profile, avatar: blob })
    const shown = JSON.parse((await visit(at('getProfile', { actor: somebody.did }))).text) as { displayName: string; avatar?: string }
    assert.deepEqual([shown.displayName, shown.avatar], [profile.displayName, undefined])
    for (const url of [at('shareCreator', { creator: somebody.did }), `${WEB_URL}/creator/${somebody.did}/`]) {
      const { status, headers, text: html } = await visit(url)
      assert.equal(status, 200, html.slice(0, 300))
      assertHarmless(html, headers, url)
      const [title = '', description = ''] = ['og:title', 'og:description'].map((key) => said(headOf(html), key))
      assert.ok(title !== '' && Buffer.byteLength(title) <= 70 && description !== '' && [...description].length <= 200, `${title}: ${description}`)
    }
  }
})

test('bad_input_25_half_a_character_costs_its_own_video_at_most', async () => {
  const { did } = await newAuthor('share-surrogate')
  const who = { did, handle: 'share-surrogate.test' }
  const [whole, half] = [await indexVideo('3whole', who, { title: 'Whole' }), await indexVideo('3half', who, { title: 'Half a rocket: \ud83d', description: '\ude80' })]
  try {
    const list = await visit(at('listVideos', { creator: did }))
    const found = (JSON.parse(list.text) as { videos?: { uri: string; title: string }[] }).videos
    assert.ok(found?.some(({ uri }) => uri === whole.uri), `${list.status} ${list.text.slice(0, 300)}`)
    const { status, text } = await visit(at('shareVideo', { uri: half.uri }))
    assert.ok([200, 404, 503].includes(status), `${status} ${text.slice(0, 300)}`)
  } finally {
    for (const { uri } of [whole, half]) await forget(uri)
  }
})
