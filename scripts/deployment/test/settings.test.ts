import assert from 'node:assert/strict'
import { test } from 'node:test'
import { readSettings, SettingsError } from '../settings.ts'

const AUTHOR = '[author]\ndid = "did:plc:aaaaaaaaaaaaaaaaaaaaaaaa"\n'
const LEAST = `${AUTHOR}[runner]\nurl = "https://run.example.com/"\n`

test('what is left out has its default', () => {
  assert.deepEqual(readSettings(LEAST), {
    name: 'streamhut',
    author: { did: 'did:plc:aaaaaaaaaaaaaaaaaaaaaaaa', channel: 'latest', snapshot: false },
    runner: { url: 'https://run.example.com', vars: {} },
    vod: { config: {}, caps: {} },
  })
})

const WRONG: [string, RegExp][] = [
  ['', /author\.did is missing/],
  ['name = "', /^line 1: /],
  ['name = "Streamhut"\n', /^name is "Streamhut": not small letters/],
  ['account = 5\n', /^account is 5/],
  ['[author]\ndid = "you.example.com"\n', /^author\.did is "you\.example\.com"/],
  ['author = "did:plc:aaaaaaaaaaaaaaaaaaaaaaaa"\n', /^author is no table/],
  [AUTHOR, /runner\.url is missing/],
  [`${AUTHOR}[runner]\nurl = "http://run.example.com"\n`, /^runner\.url is .*not an https origin/],
  [`${AUTHOR}[runner]\nurl = "https://run.example.com/runner"\n`, /^runner\.url is/],
  [`${AUTHOR}[runner]\nurl = "https://runner.someone.workers.dev"\n`, /at https:\/\/streamhut-runner\.YOUR-SUBDOMAIN\.workers\.dev/],
  [`${AUTHOR}snapshots = true\n${LEAST.slice(AUTHOR.length)}`, /^author\.snapshots is unknown/],
  [`${AUTHOR}snapshot = "yes"\n${LEAST.slice(AUTHOR.length)}`, /^author\.snapshot is "yes"/],
  [`${LEAST}[runner.vars]\nOWN_HOSTS = "x"\n`, /^runner\.vars\.OWN_HOSTS is set by the deployment itself/],
  [`${LEAST}[runner.vars]\nMAX_CPU_MS = 5\n`, /^runner\.vars\.MAX_CPU_MS is 5: not a text/],
  [`${LEAST}[vod.config]\nnode = "x"\n`, /^vod\.config\.node: names of variables are in capitals/],
  [`${LEAST}[vod]\nconfig = "x"\n`, /^vod\.config is no table/],
  [`${LEAST}[vod.config]\nFRONTEND_ORIGIN = "x"\n`, /set by the deployment itself/],
  [`${LEAST}[vod.caps]\ncpu = 5\n`, /^vod\.caps\.cpu is unknown: there are cpuMs/],
  [`${LEAST}[vod.caps]\ncpuMs = 0\n`, /^vod\.caps\.cpuMs is 0/],
  [`${LEAST}[appview]\n`, /appview\.database is missing/],
  [`${LEAST}[appview]\ndatabase = "libsql://x.turso.io?authToken=secret"\n`, /^appview\.database is/],
  [`${LEAST}[appview]\ndatabase = "libsql://x.turso.io"\ntoken = "x"\n`, /^appview\.token is unknown/],
  [`${LEAST}[site]\n`, /site\.url is missing/],
  [`${LEAST}[site]\nurl = "https://x.example"\n[site.vars]\nNUXT_PUBLIC_RUNNER_URL = "x"\n`, /^site\.vars\.NUXT_PUBLIC_RUNNER_URL is set by the deployment itself/],
  [`${LEAST}[web]\nurl = "https://x.example"\n`, /^web is unknown/],
]
for (const [toml, expected] of WRONG) {
  test(`refused: ${toml.replaceAll('\n', ' ⏎ ')}`, () => {
    assert.throws(() => readSettings(toml), (error) => error instanceof SettingsError && expected.test(error.message) ? true : assert.fail(String(error)))
  })
}
