import assert from 'node:assert/strict'
import test from 'node:test'
import { calendarDate } from '../../shared/calendar.ts'
import { spokenDuration } from '../../shared/duration.ts'
import { ownPath } from '../../shared/paths.ts'
import { de } from '../../shared/texts/de/index.ts'
import { en } from '../../shared/texts/en/index.ts'
import { ABOUT } from '../../shared/texts/about.ts'
import { HISTORY } from '../../shared/texts/history.ts'
import { REFUSALS } from '../../shared/texts/refusals.ts'
import { SHARE } from '../../shared/texts/share.ts'
import { SIGNING } from '../../shared/texts/signing.ts'
import { TALK } from '../../shared/texts/talk.ts'
import { PLAYER } from '../../shared/texts/player.ts'
import { chooseLocale } from '../../shared/texts/texts.ts'

test('the viewer’s choice counts, then what the browser asks for, then English', () => {
  for (const [chosen, header, expected] of [
    ['de', 'en', 'de'],
    ['en', 'de', 'en'],
    ['tlh', 'de', 'de'],
    [undefined, undefined, 'en'],
    [undefined, '', 'en'],
    [undefined, 'de-AT,en;q=0.5', 'de'],
    [undefined, 'fr, en;q=0.5, de;q=0.8', 'de'],
    [undefined, 'DE', 'de'],
    [undefined, 'de;q=0, en;q=0.1', 'en'],
    [undefined, 'fr', 'en'],
    [undefined, '*', 'en'],
    [undefined, 'de;q=nonsense', 'en'],
    [undefined, `${'x,'.repeat(100_000)}de`, 'en'],
    [{}, 'de', 'de'],
  ] as const) {
    assert.equal(chooseLocale(chosen, header), expected, `${String(chosen)} ${header?.slice(0, 40)}`)
  }
})

test('no text of a locale is left out, empty or left in English by mistake', () => {
  const same: string[] = []
  const walk = (one: unknown, other: unknown, path: string) => {
    assert.equal(typeof other, typeof one, path)
    if (typeof one === 'string') {
      assert.notEqual((other as string).trim(), '', path)
      if (one === other) same.push(path)
    } else if (typeof one === 'object' && one !== null) {
      assert.deepEqual(Object.keys(other as object).sort(), Object.keys(one).sort(), path)
      for (const [key, value] of Object.entries(one)) walk(value, (other as Record<string, unknown>)[key], `${path}.${key}`)
    }
  }
  walk(en, de, 'de')
  for (const [name, own] of Object.entries({ ABOUT, HISTORY, PLAYER, REFUSALS, SHARE, SIGNING, TALK })) walk(own.en, own.de, name)
  assert.deepEqual(same.sort(), ['de.site.tabs.videos', 'de.site.video'])
})

test('amounts and dates are written as each language writes them', () => {
  assert.equal(calendarDate('2026-03-02T00:00:00Z', de.units), '2. März 2026')
  assert.equal(calendarDate('2026-03-02T00:00:00Z', en.units), '2 Mar 2026')
  assert.equal(spokenDuration(3_720_000, de.units), '1 Stunde 2 Minuten')
  assert.equal(spokenDuration(61_000, de.units), '1 Minute 1 Sekunde')
})

test('the way back from a choice of language leads nowhere else', () => {
  for (const [path, expected] of [
    ['/watch/did:plc:a/1?t=90', '/watch/did:plc:a/1?t=90'],
    ['/@a.example/', '/@a.example/'],
    [undefined, '/'],
    ['', '/'],
    ['watch', '/'],
    ['//evil.example', '/'],
    ['/\\evil.example', '/'],
    ['/\t/evil.example', '/'],
    ['/x/..//evil.example', '/'],
    ['https://evil.example/', '/'],
    ['javascript:alert(1)', '/'],
    [`/${'a'.repeat(3_000)}`, '/'],
  ] as const) {
    assert.equal(ownPath(path), expected, path)
  }
})
