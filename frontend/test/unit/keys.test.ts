import assert from 'node:assert/strict'
import { test } from 'node:test'
import { actionOf, KEY_HELP, type KeyPlace, type KeyPress } from '../../app/player/keys.ts'
import { PLAYER } from '../../shared/texts/player.ts'

const press = (key: string, more: Partial<KeyPress> = {}): KeyPress => ({ key, shift: false, ctrl: false, alt: false, meta: false, repeat: false, ...more })
const player: KeyPlace = { inPlayer: true, own: 'none' }
const page: KeyPlace = { inPlayer: false, own: 'none' }

const ACTIONS: [key: string, expected: object][] = [
  [' ', { kind: 'toggle-play' }],
  ['k', { kind: 'toggle-play' }],
  ['K', { kind: 'toggle-play' }],
  ['j', { kind: 'seek-by', seconds: -10 }],
  ['l', { kind: 'seek-by', seconds: 10 }],
  ['ArrowLeft', { kind: 'seek-by', seconds: -5 }],
  ['ArrowRight', { kind: 'seek-by', seconds: 5 }],
  ['ArrowUp', { kind: 'volume-by', hundredths: 5 }],
  ['ArrowDown', { kind: 'volume-by', hundredths: -5 }],
  ['m', { kind: 'mute' }],
  ['c', { kind: 'captions' }],
  ['f', { kind: 'fullscreen' }],
  ['t', { kind: 'theatre' }],
  ['i', { kind: 'mini' }],
  ['p', { kind: 'pip' }],
  ['n', { kind: 'next' }],
  ['<', { kind: 'speed', step: -1 }],
  ['>', { kind: 'speed', step: 1 }],
  [',', { kind: 'frame', step: -1 }],
  ['.', { kind: 'frame', step: 1 }],
  ['0', { kind: 'seek-to', share: 0 }],
  ['7', { kind: 'seek-to', share: 0.7 }],
  ['Home', { kind: 'seek-to', share: 0 }],
  ['End', { kind: 'seek-to', share: 1 }],
  ['?', { kind: 'help' }],
]
for (const [key, expected] of ACTIONS) test(`the key ${JSON.stringify(key)} acts`, () => assert.deepEqual(actionOf(press(key), player), expected))

const NOTHING: [what: string, pressed: KeyPress, place: KeyPlace][] = [
  ...(['ctrl', 'alt', 'meta'] as const).flatMap((modifier) => ACTIONS.map(([key]): [string, KeyPress, KeyPlace] => [`${modifier} and ${key}`, press(key, { [modifier]: true }), player])),
  ...['k', 'K', 'n', ' ', 'ArrowLeft', 'Home'].map((key): [string, KeyPress, KeyPlace] => [`Shift and ${key}`, press(key, { shift: true }), player]),
  ...ACTIONS.map(([key]): [string, KeyPress, KeyPlace] => [`${key} in a field or a menu`, press(key), { inPlayer: true, own: 'all' }]),
  ['space on a button', press(' '), { inPlayer: true, own: 'press' }],
  ...['ArrowLeft', 'ArrowRight', 'ArrowUp', 'ArrowDown', 'Home', 'End'].map((key): [string, KeyPress, KeyPlace] => [`${key} on a slider`, press(key), { inPlayer: true, own: 'arrows' }]),
  ...['ArrowUp', 'ArrowDown', 'Home', 'End'].map((key): [string, KeyPress, KeyPlace] => [`${key} on the page, which it moves`, press(key), page]),
  ['a key that is held down', press('k', { repeat: true }), player],
  ['a key of nobody', press('x'), player],
  ['a name of Object', press('constructor'), player],
  ['Tab', press('Tab'), player],
  ['Enter', press('Enter'), player],
]
for (const [what, pressed, place] of NOTHING) test(`no action: ${what}`, () => assert.equal(actionOf(pressed, place), undefined))

test('where a character needs Shift, Shift is no modifier', () => {
  for (const key of ['<', '>', '?', '5', '.']) assert.ok(actionOf(press(key, { shift: true }), player), key)
})

test('other keys than its own reach the player from a button or a slider; from the page those that do not move it', () => {
  assert.deepEqual(actionOf(press('k'), { inPlayer: true, own: 'press' }), { kind: 'toggle-play' })
  assert.deepEqual(actionOf(press(' '), { inPlayer: true, own: 'arrows' }), { kind: 'toggle-play' })
  for (const key of [' ', 'k', 'ArrowLeft', '3', '?']) assert.ok(actionOf(press(key), page), key)
})

test('seeking and volume go on while a key is held', () => {
  for (const key of ['j', 'ArrowRight', 'ArrowUp', '.']) assert.ok(actionOf(press(key, { repeat: true }), player), key)
})

test('the list of keys names every action, and every name has a text', () => {
  const named = Object.keys(PLAYER.en.keys).sort()
  assert.deepEqual(KEY_HELP.map(([, name]) => name).sort(), named)
})
