/** Each command of docs/hosting.md is one that its tool knows. Those of wrangler are in wrangler/. */
import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { ROOT } from '../../localnet/places.ts'
import { documented, HOSTING, of, planned, unknownLines } from './documented.ts'

const read = (path: string) => readFileSync(join(ROOT, path), 'utf8')

test('the page and the plan have commands, and none that nothing here looks up', () => {
  assert.ok(documented.length > 50 && planned.length > 30, `${documented.length}, ${planned.length}`)
  assert.deepEqual(unknownLines, [])
})

for (const { words } of of('at-run')) {
  test(`at-run ${words.join(' ')}`, () => {
    const snapshot = [words.slice(0, 2), words.slice(0, 1)].map((command) => join(ROOT, 'scripts/at-run/tests/snapshots', `${command.join('-')}.txt`)).find((path) => existsSync(path))
    assert.ok(snapshot !== undefined)
    const help = readFileSync(snapshot, 'utf8')
    for (const option of words.filter((word) => word.startsWith('-'))) assert.ok(new RegExp(`(^|\\s)${option}[ ,\\n]`).test(help), `${option} in ${snapshot}`)
  })
}

test('./scripts/deploy has the options that are told, and tells all that it has', () => {
  const help = execFileSync(join(ROOT, 'scripts/deploy'), ['--help'], { encoding: 'utf8' })
  for (const { words } of of('./scripts/deploy')) for (const word of words) assert.ok(help.includes(`  ${word} `), word)
  const options = [...read('scripts/deployment/main.ts').matchAll(/(\w+): \{ type: '(?:boolean|string)'/g)].map(([, name]) => `--${name}`)
  assert.ok(options.length >= 4)
  for (const option of options) assert.ok(help.includes(option), option)
})

test('npm and the builds have what is told', () => {
  const scripts = Object.keys((JSON.parse(read('package.json')) as { scripts: object }).scripts)
  for (const { words } of of('npm run')) assert.ok(scripts.includes(words.filter((word) => !word.startsWith('-'))[0] ?? ''), words.join(' '))
  for (const { words } of of('./scripts/build')) assert.match(read('scripts/build'), new RegExp(`^ {2}${words[0]}\\) `, 'm'))
})

test('requests go to routes and endpoints that are documented', () => {
  const [runner, bundles] = [read('docs/runner.md'), read('docs/appview.md') + read('docs/vod.md')]
  let seen = 0
  for (const { words } of [...of('operator'), ...of('curl')]) {
    const url = words.find((word) => /^"?(\$RUNNER|\$A|https:\/\/run\.example\.com)\//.test(word))?.replaceAll('"', '')
    if (url === undefined) continue
    seen++
    const admin = /\/admin\/(\w+)(\/)?/.exec(url)
    const endpoint = /^(?:\$A|.*\/latest)\/(\w+)/.exec(url) ?? /\$APPVIEW_VERSION\/(\w+)/.exec(url)
    if (admin) assert.ok(runner.includes(`/admin/${admin[1]}${admin[2] === undefined ? '`' : '/{did}'}`), url)
    else if (endpoint) assert.match(bundles, new RegExp(`^(##.*\\b${endpoint[1]}\\b|\`(GET|POST) ${endpoint[1]})`, 'm'), url)
    else assert.ok(['/health', '/.well-known/at-run.json'].some((path) => url.endsWith(path)) || /\/bundle\/[^/]+\/[a-z-]+\/latest$/.test(url), url)
  }
  assert.ok(seen > 10, `${seen}`)
})

test('what Turso is told is of its command line', () => {
  const known = ['auth login', 'db create', 'db show', 'db tokens create', 'db tokens invalidate', 'db shell', 'db destroy']
  for (const { words } of of('turso')) assert.ok(known.some((command) => `${words.join(' ')} `.startsWith(`${command} `)), words.join(' '))
})

test('links lead somewhere', () => {
  for (const [, path = '', anchor] of HOSTING.matchAll(/\]\((?!https?:)([^)#]*)(?:#([^)]+))?\)/g)) {
    const file = path === '' ? 'docs/hosting.md' : join('docs', path)
    assert.ok(existsSync(join(ROOT, file)), path)
    const anchors = [...read(file).matchAll(/^#+ (.*)$/gm)].map(([, title = '']) => title.toLowerCase().replaceAll(/[^\p{L}\p{N}\s_-]/gu, '').replaceAll(' ', '-'))
    if (anchor !== undefined) assert.ok(anchors.includes(anchor), `${file}#${anchor}`)
  }
})

test('what errors point at is there', () => {
  const sources = ['stages/runner.ts', 'stages/bundles.ts', 'stages/index-database.ts', 'answers/runner.ts'].map((path) => read(`scripts/deployment/${path}`)).join('')
  const titles = [...sources.matchAll(/see "([^"]+)" in docs\/hosting\.md/g)].map(([, title]) => title ?? '')
  assert.ok(titles.length > 2)
  for (const title of titles) assert.match(HOSTING, new RegExp(`^#+ ${title}$`, 'm'))
})
