import assert from 'node:assert/strict'
import { test } from 'node:test'
import { en } from '../../shared/texts/en/index.ts'
import { calendarDate } from '../../shared/calendar.ts'
import { clockTime, isoDuration, spokenDuration, startSeconds } from '../../shared/duration.ts'
import { splitLinks } from '../../shared/links.ts'
import { warningWords } from '../../shared/warnings.ts'

test('durations for eyes, machines and ears', () => {
  const cases: [number, string, string, string][] = [
    [0, '0:00', 'PT0S', '0 seconds'],
    [999, '0:00', 'PT0S', '0 seconds'],
    [61_000, '1:01', 'PT1M1S', '1 minute 1 second'],
    [600_000, '10:00', 'PT10M0S', '10 minutes'],
    [3_725_999, '1:02:05', 'PT1H2M5S', '1 hour 2 minutes'],
    [28_433_000, '7:53:53', 'PT7H53M53S', '7 hours 53 minutes'],
    [Number.NaN, '0:00', 'PT0S', '0 seconds'],
    [-5, '0:00', 'PT0S', '0 seconds'],
  ]
  for (const [ms, clock, iso, spoken] of cases) assert.deepEqual([clockTime(ms), isoDuration(ms), spokenDuration(ms, en.units)], [clock, iso, spoken], String(ms))
})

test('bad_input_23_a link’s time is seconds within the video, or none', () => {
  const cases: [unknown, number, number][] = [
    ['90', 0, 90],
    ['12.5', 0, 12.5],
    ['90s', 0, 90],
    ['1m30s', 0, 90],
    ['1h2m', 0, 3720],
    ['1h2m3', 0, 3723],
    ['90', 90_000, 0],
    ['89', 90_000, 89],
    ...['', '-1', '1e3', 'NaN', '1:30', '1s2m', ' 1', '٣', '9'.repeat(400), 7, undefined, ['1']].map((odd): [unknown, number, number] => [odd, 0, 0]),
  ]
  for (const [t, durationMs, seconds] of cases) assert.equal(startSeconds(t, durationMs), seconds, String(t))
})

test('content warnings are words', () => {
  assert.equal(warningWords(['flashingLights', 'nudity', 'graphic-violence', 'PII', 'constructor'], en.warnings), 'flashing lights, nudity, graphic violence, personal information, constructor')
})

test('a date is the same everywhere', () => {
  assert.equal(calendarDate('2026-11-22T23:59:59.999Z', en.units), '22 Nov 2026')
  assert.equal(calendarDate('nonsense', en.units), '')
})

const links = (text: string) => splitLinks(text).flatMap((part) => (part.kind === 'link' ? [part.href] : []))

test('web addresses become links, without the punctuation around them', () => {
  const cases: [string, string[]][] = [
    ['see https://a.example.', ['https://a.example/']],
    ['(https://a.example/x)', ['https://a.example/x']],
    ['https://a.example/a_(b)', ['https://a.example/a_(b)']],
    ['[https://a.example/x]!', ['https://a.example/x']],
    ['<http://a.example/?q=1&r=2>', ['http://a.example/?q=1&r=2']],
    ['HTTPS://A.example/X and http://b.example', ['https://a.example/X', 'http://b.example/']],
    ['no links', []],
  ]
  for (const [text, hrefs] of cases) assert.deepEqual(links(text), hrefs, text)
})

test('bad_input_25_nothing but http and https becomes a link', () => {
  for (const text of ['javascript:alert(1)', 'data:text/html,x', 'file:///etc/passwd', 'https://', 'https://...', 'http://[', 'https://bank.example@evil.example/', 'https://u:p@evil.example/']) assert.deepEqual(links(text), [], text)
  assert.deepEqual(links('https://a.example/\u202egpj.exe'), ['https://a.example/'])
})

test('no character of the text is lost or doubled', () => {
  const pieces = ['https://a.example/x', ' ', '(', ')', '.', '<b>', 'http://', 'javascript:', '\n', 'ü🎬', 'https://u@x.example', ']']
  let seed = 7
  for (let round = 0; round < 500; round += 1) {
    let text = ''
    for (let piece = 0; piece < 8; piece += 1) {
      seed = (seed * 48271) % 2147483647
      text += pieces[seed % pieces.length]
    }
    assert.equal(splitLinks(text).map((part) => part.text).join(''), text)
  }
})
