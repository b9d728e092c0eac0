/** Nonsense and lies, by HTTP to the running release of the video bundle: refused, and nothing of it is kept. */
import assert from 'node:assert/strict'
import { after, afterEach, test } from 'node:test'
import { storyboard } from '../../../scripts/localnet/check/pictures.ts'
import { ask, askJson } from './ask.ts'
import { moveTo, newAuthor } from './identity.ts'
import { indexVideo } from './indexed.ts'
import { installVod } from './installed-vod.ts'
import { complaints, contracts, refusedSpellings, type Input } from './lexicons.ts'
import { openStage } from './stage.ts'
import { askedDuring, clearFaults, fault, forget } from './streamplace.ts'
import { STAGE_URL, VOD_BUNDLE, account, videos } from './system.ts'
import { BUNDLE, GET_COMMENTS, GET_LIST, GET_PLAYLIST, GET_VIDEO, NOBODY, assertRefuses, at, call, keyOf, mediaType, unknown, watchUrl } from './vod-call.ts'

const aurora = account('aurora.test')
const paper = videos.find(({ title }) => title === 'Paper Mountains at Dusk')!
const paperKey = keyOf(paper.uri)

const stage = await openStage((_, response) => response.end('<!doctype html><h1>Bad gateway</h1>'))

after(() => stage.close())
afterEach(clearFaults)

test('bad_input_17_other_spellings_of_an_address_are_the_same_answer_or_none', async () => {
  const [did = '', name = ''] = VOD_BUNDLE.split('/')
  const other = videos.find(({ creator }) => creator !== 'aurora.test')!
  const encoded = encodeURIComponent(paper.uri)
  const same = async (path: string, like: string, allowed: number[]) => {
    const [answer, canonical] = [await ask(path), await ask(like)]
    assert.equal(canonical.status, 200, canonical.text)
    assert.ok(allowed.includes(answer.status), `${path}: ${answer.status} ${answer.text.slice(0, 200)}`)
    if (answer.status === 200) assert.equal(answer.text, canonical.text, path)
    else assert.equal(typeof (JSON.parse(answer.text) as { error: unknown }).error, 'string', path)
  }
  const list = `${BUNDLE}/listVideos?limit=2&creator=${aurora.did}`
  for (const [path, ...allowed] of [
    [`${BUNDLE}/listVideos?creator=${aurora.did}&limit=2`, 200],
    [`${BUNDLE}/listVideos?limit=%32&creator=${encodeURIComponent(aurora.did)}`, 200],
    [`${BUNDLE}/listVideos?limit=2&creator=${aurora.handle.toUpperCase()}`, 200, 400],
    [`${BUNDLE}/%6CistVideos?limit=2&creator=${aurora.did}`, 200, 400],
    [`${BUNDLE}/nothing/../listVideos?limit=2&creator=${aurora.did}`, 200, 404],
    [`${BUNDLE}/%2e%2e/latest/listVideos?limit=2&creator=${aurora.did}`, 200, 400, 404],
    [`/bundle/${encodeURIComponent(did)}/${name}/latest/listVideos?limit=2&creator=${aurora.did}`, 200],
    [`${BUNDLE}/LISTVIDEOS?limit=2&creator=${aurora.did}`, 404],
    [`${BUNDLE}/listVideos/?limit=2&creator=${aurora.did}`, 400, 404],
    [`${BUNDLE}//listVideos?limit=2&creator=${aurora.did}`, 400, 404],
    [`//bundle/${VOD_BUNDLE}/listVideos?limit=2&creator=${aurora.did}`, 400, 404],
    [`/BUNDLE/${VOD_BUNDLE}/listVideos?limit=2&creator=${aurora.did}`, 404],
    [`/bundle/${did}/${name.toUpperCase()}/latest/listVideos?limit=2&creator=${aurora.did}`, 400],
    [`${BUNDLE}/listVideos?limit=2&creator=${aurora.did.toUpperCase()}`, 400],
    [`${BUNDLE}/listVideos?limit=2&creator=%2564id:plc:x`, 400],
    [`${BUNDLE}/listVideos?limit=2&limit=2&creator=${aurora.did}`, 200, 400],
  ] as [string, ...number[]][]) {
    await same(path, list, allowed)
  }
  const playable = `${BUNDLE}/getVideo?uri=${paper.uri}`
  for (const [uri, ...allowed] of [
    [encoded, 200],
    [encoded.toLowerCase(), 200, 404],
    [encoded.replaceAll('%3A', '%3a'), 200],
    [encodeURIComponent(encoded), 400],
    [paper.uri.toUpperCase(), 400],
    [paper.uri.replace('at://', 'AT://'), 400],
    [`${paper.uri}/`, 400],
    [`${paper.uri}%23fragment`, 400],
    [`${paper.uri}%3Fx`, 400],
    [`${paper.uri}%00`, 400],
    [`${paper.uri}%20`, 400],
    [`at://${aurora.did}//place.stream.video/${paperKey}`, 400],
    [`at://${aurora.did}/place.stream.video/../place.stream.video/${paperKey}`, 400],
    [`at://${aurora.did}/place.stream.video/..`, 400],
    [paper.uri.replace(paperKey, paperKey.toUpperCase()), 404],
    [paper.uri.replace(aurora.did, account(other.creator).did), 404],
  ] as [string, ...number[]][]) {
    await same(`${BUNDLE}/getVideo?uri=${uri}`, playable, allowed)
  }
})

test('bad_input_18_an_error_page_in_place_of_an_answer_is_502_and_is_not_kept', async () => {
  const rows: [endpoint: string, method: string][] = [['listVideos', GET_LIST], ['rss', GET_LIST], ['getVideo', GET_VIDEO], ['getShareHead', GET_VIDEO], ['shareVideo', GET_VIDEO], ['getComments', GET_COMMENTS], ['getPlaylist', GET_PLAYLIST], ['getVideoStreams', GET_PLAYLIST]]
  for (const [ordinal, [endpoint, method]] of rows.entries()) {
    const creator = await newAuthor(`contract-html-${ordinal}`)
    const video = await indexVideo(`3htmlpage${ordinal}`, { did: creator.did, handle: `contract-html-${ordinal}.test` }, { title: 'Behind a broken proxy' })
    const input = method.endsWith('List') ? { creator: creator.did } : { uri: video.uri }
    await fault({ method, match: encodeURIComponent(creator.did), html: true, times: 100 })
    await assertRefuses(endpoint, input, 'UpstreamFailed')
    await clearFaults()
    const answer = await call(BUNDLE, endpoint, 'GET', input)
    assert.deepEqual([answer.status, mediaType(answer)], [200, contracts.get(endpoint)?.encoding], `${endpoint}: ${answer.text.slice(0, 300)}`)
    assert.ok(!answer.text.includes('Bad gateway'))
    await forget(video.uri)
  }
})

test('bad_input_18_an_error_page_in_place_of_captions_or_of_a_profile_costs_these_alone', async () => {
  // Among the hosts of this installation's settings is the stage, which stands for the account's PDS.
  const near = await installVod('vod-misled', { APPVIEW_URL: `${STAGE_URL}/appview` })
  const moved = await newAuthor('contract-misled')
  await moveTo(moved, STAGE_URL)
  const video = await indexVideo('3htmlcaptions', { did: moved.did, handle: 'contract-misled.test' }, { title: 'Without captions' }, 'how-a-video-finds-you')
  await fault({ method: 'place.stream.caption.listTracks', match: encodeURIComponent(moved.did), html: true, times: 100 })
  const shown = await askJson(`${near.path}/getVideo?${new URLSearchParams({ uri: video.uri })}`)
  assert.ok(stage.seen.some((request) => request.includes('com.atproto.repo.getRecord')), stage.seen.join(' '))
  assert.deepEqual([shown['title'], shown['captions'], shown['profile']], ['Without captions', undefined, undefined])
  assert.deepEqual(complaints('getVideo', shown), [])
  await forget(video.uri)
  await near.uninstall()
})

test('bad_input_20_ranges_of_documents_are_whole_answers_or_refused', async () => {
  const documents: [string, Input][] = [['listVideos', { limit: '4' }], ['getVideo', { uri: paper.uri }], ['getComments', { uri: paper.uri }], ['getVideoStreams', { uri: paper.uri }], ['getVtt', { uri: paper.uri }], ['shareVideo', { uri: paper.uri }], ['shareCreator', { creator: aurora.did }], ['getShareHead', { uri: paper.uri }], ['oembed', { url: watchUrl(paper.uri) }], ['rss', {}], ['sitemap', {}]]
  await storyboard(at('getVtt', { uri: paper.uri }))
  for (const [endpoint, input] of documents) {
    const whole = await call(BUNDLE, endpoint, 'GET', input)
    assert.equal(whole.status, 200, whole.text.slice(0, 300))
    for (const range of ['bytes=0-', 'bytes=2-5', 'bytes=-0', 'bytes=99999999999999999999-', `bytes=${whole.text.length}-`, 'bytes=5-2', 'lines=1-2', `bytes=${Array.from({ length: 1_000 }, (_, n) => `${n}-${n}`).join(',')}`]) {
      const answer = await call(BUNDLE, endpoint, 'GET', input, { range })
      assert.ok([200, 400, 416].includes(answer.status), `${endpoint} ${range.slice(0, 60)}: ${answer.status}`)
      if (answer.status === 200) assert.equal(answer.text, whole.text, `${endpoint} ${range.slice(0, 60)}`)
    }
  }
})

/** Further spellings that are refused: what the lexicon leaves to words. A cursor of comments is the node's own. */
const REFUSED: Record<string, string[]> = {
  t: ['NaN', '-1', 'inf', '1e9', '1:30', '0x5', '5;url=https://evil.example', '9'.repeat(100)],
  sheet: ['1000000', '-1', '01', 'x', '0.5'],
  'listVideos cursor': ['x.1', '1792345325000::at://x', 'n.'],
}

test('bad_input_23_values_that_make_no_sense_are_400_and_the_node_is_not_asked', async () => {
  const uri = unknown()
  const wrong = refusedRows().map(([endpoint, parameter, value]) => [endpoint, { ...lone(endpoint, uri), [parameter]: value }, value] as const)
  assert.ok(wrong.length > 150, `only ${wrong.length} rows`)
  const { seen } = await askedDuring(async () => {
    for (const [endpoint, input, value] of wrong) {
      const isUri = input['uri'] === value || [input['uris']].flat().includes(value)
      const isNoPage = input['page'] === '0'
      await assertRefuses(endpoint, input, isUri ? 'InvalidUri' : isNoPage ? 'NoSuchPage' : 'InvalidInput')
    }
    for (const [endpoint, { parameters }] of contracts) {
      for (const { name, most = Infinity, format } of parameters) {
        if (most === Infinity) continue
        const many = Array.from({ length: most + 1 }, (_, n) => (format === 'at-uri' ? `at://${NOBODY}/place.stream.video/x${n}` : `x${n}.nobody.test`))
        await assertRefuses(endpoint, { [name]: many }, 'InvalidInput')
      }
      if (parameters.some(({ required }) => required)) await assertRefuses(endpoint, {}, 'InvalidInput')
    }
  })
  assert.deepEqual(seen.filter(({ url }) => url.includes(keyOf(uri)) || url.includes(encodeURIComponent(NOBODY))), [])
})

/** Every documented parameter with a value that is refused: endpoint, parameter, value. */
function refusedRows(): [string, string, string][] {
  return [...contracts].flatMap(([endpoint, { parameters }]) =>
    parameters.flatMap((parameter) => [...refusedSpellings(parameter), ...(REFUSED[parameter.name] ?? REFUSED[`${endpoint} ${parameter.name}`] ?? [])].map((value) => [endpoint, parameter.name, value] as [string, string, string])),
  )
}

/** What an endpoint can't be asked without, about a video that nobody knows. */
function lone(endpoint: string, uri: string): Record<string, string | string[]> {
  if (endpoint === 'oembed') return { url: watchUrl(uri) }
  if (endpoint === 'listVideos') return { creator: NOBODY }
  const required = contracts.get(endpoint)?.parameters.filter(({ required }) => required) ?? []
  return Object.fromEntries(required.map(({ name }) => [name, ['uri', 'uris'].includes(name) ? uri : NOBODY]))
}
