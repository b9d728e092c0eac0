import assert from 'node:assert/strict'
import { test } from 'node:test'
import { headTags, ownShareHead, parseShareHead } from '../../shared/share-head.ts'

const HEAD = {
  title: 'Streamhut | One',
  meta: [
    { property: 'og:type', content: 'video.other' },
    { property: 'og:image:width', content: '1200' },
    { name: 'description', content: 'First.' },
    { name: 'twitter:card', content: 'summary_large_image' },
  ],
  link: [
    { rel: 'canonical', href: 'https://hut.example/watch/did:web:a.example%253A1/3k' },
    { rel: 'alternate', href: 'https://hut.example/oembed?url=x', type: 'application/json+oembed', title: 'One' },
    { rel: 'alternate', href: 'at://did:plc:abc/place.stream.video/3k' },
  ],
  jsonLd: { '@type': 'VideoObject', name: '</script><!-- One' },
}

test('a head is taken as it is, in its order', () => {
  const { jsonLd, ...rest } = HEAD
  const parsed = parseShareHead(HEAD)!
  assert.deepEqual({ ...parsed, jsonLd: undefined }, { ...rest, jsonLd: undefined })
  assert.ok(!parsed.jsonLd!.includes('<'))
  assert.deepEqual(JSON.parse(parsed.jsonLd!), jsonLd)
})

test('only the title is required', () => {
  for (const json of [undefined, null, 'x', [], {}, { title: 7 }, { title: ' ' }]) assert.equal(parseShareHead(json), undefined)
  for (const odd of [undefined, null, 'x', {}, [null, 7, 'x', {}, []]]) assert.deepEqual(parseShareHead({ title: 'T', meta: odd, link: odd, jsonLd: [] }), { title: 'T', meta: [], link: [] })
})

test('bad_input_25_nothing gets into the head that changes how a browser treats the page', () => {
  const meta = [
    { 'http-equiv': 'refresh', content: '0; url=https://evil.example' },
    { name: 'refresh', content: '0; url=https://evil.example' },
    { name: 'referrer', content: 'unsafe-url' },
    { name: 'viewport', content: 'width=1' },
    { property: 'og:title"><script>', content: 'x' },
    { property: 'OG:title', content: 'x' },
    { name: 'description', content: { toString: 'x' } },
  ]
  const link = [
    { rel: 'stylesheet', href: 'https://evil.example/x.css' },
    { rel: 'canonical stylesheet', href: 'https://evil.example/x.css' },
    { rel: 'modulepreload', href: 'https://evil.example/x.js' },
    { rel: 'canonical', href: 'javascript:alert(1)' },
    { rel: 'canonical', href: 'at://did:plc:abc/place.stream.video/3k' },
    { rel: 'alternate', href: 'https://bank.example@evil.example/' },
    { rel: 'alternate', href: 'data:text/html,x' },
    { rel: 'alternate', href: 7 },
  ]
  assert.deepEqual(parseShareHead({ title: 'T', meta, link }), { title: 'T', meta: [], link: [] })
})

test('bad_input_23_a head is bounded', () => {
  const many = parseShareHead({
    title: 'T'.repeat(1_000_000),
    meta: Array.from({ length: 10_000 }, () => ({ property: 'og:title', content: 'x'.repeat(100_000) })),
    link: Array.from({ length: 10_000 }, () => ({ rel: 'canonical', href: `https://a.example/${'x'.repeat(10_000)}` })),
    jsonLd: { name: 'x'.repeat(100_000) },
  })!
  assert.ok(many.title.length <= 340 && many.meta.length <= 48 && many.link.length === 0 && many.jsonLd === undefined)
  assert.ok(many.meta.every(({ content }) => content.length <= 2_048))
})

test('without the bundle’s word a page says the least by itself', () => {
  assert.deepEqual(ownShareHead({ title: 'One', type: 'video.other', description: 'a\n b' }), {
    title: 'Streamhut | One',
    meta: [
      { property: 'og:type', content: 'video.other' },
      { property: 'og:title', content: 'Streamhut | One' },
      { property: 'og:description', content: 'a b' },
      { name: 'description', content: 'a b' },
    ],
    link: [],
  })
  assert.equal(ownShareHead({ title: 'One', type: 'profile' }).meta.length, 2)
})

test('the elements come before styles, with the title as it is', () => {
  const tags = headTags(parseShareHead(HEAD)!)
  assert.deepEqual([tags.title, tags.titleTemplate], ['Streamhut | One', '%s'])
  // Styles have 60, the title 10 (unhead's weights).
  for (const { tagPriority } of [...tags.meta, ...tags.link]) assert.ok(tagPriority > 10 && tagPriority < 20)
  assert.deepEqual(tags.script.map(({ type }) => type), ['application/ld+json'])
  assert.deepEqual(headTags(ownShareHead({ title: 'One', type: 'profile' })).script, [])
  const told = ownShareHead({ title: 'R&lt;B & "B"', type: 'profile' })
  assert.equal(headTags(told, true).meta[1]?.content, 'Streamhut | R&amp;lt;B &amp; "B"')
  assert.equal(headTags(told).meta[1]?.content, 'Streamhut | R&lt;B & "B"')
})
