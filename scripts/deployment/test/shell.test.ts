import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { digestOf } from '../carry-out.ts'
import { shellOf, shellOfLook, word } from '../shell.ts'

const folder = mkdtempSync(join(tmpdir(), 'shell-'))
after(() => rmSync(folder, { recursive: true, force: true }))
const bash = (script: string, env: NodeJS.ProcessEnv = {}) => execFileSync('bash', ['--norc', '-c', script], { cwd: folder, env: { PATH: process.env['PATH'], ...env }, encoding: 'utf8' })

for (const text of ['plain', '--a=b', '', ' ', "it's", '{"a": "b c"}', '$HOME', '`id`', 'a\\b', 'a\nb', '*', '~', '\\n%{http_code}', '!!', 'ü']) {
  test(`a shell takes ${JSON.stringify(text)} as it is`, () => assert.equal(bash(`printf %s ${word(text)}`), text))
}

test('what only a look can tell stays a variable', () => {
  assert.equal(bash(`printf %s ${word('a/$APPVIEW_VERSION/"$HOME"`b`')}`, { APPVIEW_VERSION: '1 2', HOME: 'no' }), 'a/1 2/"$HOME"`b`')
  assert.equal(bash(`printf %s ${word('$APPVIEW_VERSIONS')}`, { APPVIEW_VERSION: 'no' }), '$APPVIEW_VERSIONS')
})

test('the digest is that of the shell', () => {
  for (const [path, text] of [['site/index.html', 'a'], ['site/b/c d.js', 'b'], ['site/b/é.js', 'c'], ['site/a.js', 'd'], ['config.json', '{}']] as const) {
    mkdirSync(join(folder, path, '..'), { recursive: true })
    writeFileSync(join(folder, path), text)
  }
  const paths = ['site', 'config.json']
  const digest = digestOf(folder, paths)
  assert.match(digest, /^[0-9a-f]{64}$/)
  const line = shellOfLook({ kind: 'digest', name: 'SITE_DIGEST', paths, digits: 40 })
  assert.equal(bash(`${line}; printf %s "$SITE_DIGEST"`), digest.slice(0, 40))
  writeFileSync(join(folder, 'site/a.js'), 'e')
  assert.notEqual(digestOf(folder, paths), digest)
})

test('files are written, secrets made and kept, and inputs given, as said', () => {
  bash(shellOf({ kind: 'write', why: '', path: 'deep/er/x.json', text: `{"it's": "$HOME"}\n` }, 's'))
  assert.equal(readFileSync(join(folder, 'deep/er/x.json'), 'utf8'), `{"it's": "$HOME"}\n`)
  const make = shellOf({ kind: 'make', why: '', secret: 'ADMIN_TOKEN', by: { argv: ['printf', 'a b'] } }, 'kept')
  const use = shellOf({ kind: 'run', why: '', changes: true, command: { argv: ['cat'], stdin: { before: 'Bearer: ', secret: 'ADMIN_TOKEN' }, cwd: 'deep' } }, 'kept')
  assert.equal(bash(`${make}\n${use}`), 'Bearer: a b')
  assert.equal(readFileSync(join(folder, 'kept'), 'utf8'), "ADMIN_TOKEN='a b'\n")
})
