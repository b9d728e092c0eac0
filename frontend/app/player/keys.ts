/** A key as the browser reports it. */
export type KeyPress = { key: string; shift: boolean; ctrl: boolean; alt: boolean; meta: boolean; repeat: boolean }

/**
 * Where the focus is: inside the player or not, and which keys what has it needs for itself:
 * `press` (buttons, links) takes space and Enter, `arrows` (sliders, things that scroll) what moves in it, `all` (fields, menus,
 * dialogs) takes every key.
 */
export type KeyPlace = { inPlayer: boolean; own: 'none' | 'press' | 'arrows' | 'all' }

export type PlayerAction =
  | { kind: 'toggle-play' | 'mute' | 'captions' | 'fullscreen' | 'theatre' | 'mini' | 'pip' | 'next' | 'help' }
  | { kind: 'seek-by'; seconds: number }
  /** `share` of the whole, from 0 to 1. */
  | { kind: 'seek-to'; share: number }
  /** In hundredths of the full volume. */
  | { kind: 'volume-by'; hundredths: number }
  | { kind: 'speed'; step: 1 | -1 }
  /** One picture on or back; only while paused. */
  | { kind: 'frame'; step: 1 | -1 }

type Rule = { action: PlayerAction; repeats?: boolean; needs?: 'player' }

/** The keys that mean the same whatever else is held down, since on some keyboards their character needs Shift. */
const CHARACTERS: Record<string, Rule> = {
  '<': { action: { kind: 'speed', step: -1 } },
  '>': { action: { kind: 'speed', step: 1 } },
  ',': { action: { kind: 'frame', step: -1 }, repeats: true },
  '.': { action: { kind: 'frame', step: 1 }, repeats: true },
  '?': { action: { kind: 'help' } },
  ...Object.fromEntries(Array.from('0123456789', (digit): [string, Rule] => [digit, { action: { kind: 'seek-to', share: Number(digit) / 10 } }])),
}

/** Letters by their small form. */
const LETTERS: Record<string, Rule> = {
  k: { action: { kind: 'toggle-play' } },
  j: { action: { kind: 'seek-by', seconds: -10 }, repeats: true },
  l: { action: { kind: 'seek-by', seconds: 10 }, repeats: true },
  m: { action: { kind: 'mute' } },
  c: { action: { kind: 'captions' } },
  f: { action: { kind: 'fullscreen' } },
  t: { action: { kind: 'theatre' } },
  i: { action: { kind: 'mini' } },
  p: { action: { kind: 'pip' } },
  n: { action: { kind: 'next' } },
}

/** Keys that also scroll the page: outside the player most of them are left to it. */
const NAMED: Record<string, Rule> = {
  ' ': { action: { kind: 'toggle-play' } },
  ArrowLeft: { action: { kind: 'seek-by', seconds: -5 }, repeats: true },
  ArrowRight: { action: { kind: 'seek-by', seconds: 5 }, repeats: true },
  ArrowUp: { action: { kind: 'volume-by', hundredths: 5 }, repeats: true, needs: 'player' },
  ArrowDown: { action: { kind: 'volume-by', hundredths: -5 }, repeats: true, needs: 'player' },
  Home: { action: { kind: 'seek-to', share: 0 }, needs: 'player' },
  End: { action: { kind: 'seek-to', share: 1 }, needs: 'player' },
}

const PRESSES = new Set([' ', 'Enter'])

/** The one place that decides what a key does to the player; `undefined` when it is nothing of ours. */
export function actionOf(press: KeyPress, place: KeyPlace): PlayerAction | undefined {
  if (press.ctrl || press.alt || press.meta || place.own === 'all') return undefined
  if (place.own === 'press' && PRESSES.has(press.key)) return undefined
  if (place.own === 'arrows' && press.key in NAMED && press.key !== ' ') return undefined
  const rule = CHARACTERS[press.key] ?? (press.shift ? undefined : (NAMED[press.key] ?? LETTERS[press.key.toLowerCase()]))
  if (!rule || (press.repeat && !rule.repeats)) return undefined
  return rule.needs === 'player' && !place.inPlayer ? undefined : rule.action
}

/** What the help lists, in its order: keys as they are written, and the name of their text. */
export const KEY_HELP = [
  [['Space', 'K'], 'togglePlay'],
  [['J', 'L'], 'seekTen'],
  [['←', '→'], 'seekFive'],
  [['0', '9'], 'seekShare'],
  [['Home', 'End'], 'ends'],
  [[',', '.'], 'frame'],
  [['<', '>'], 'speed'],
  [['↑', '↓'], 'volume'],
  [['M'], 'mute'],
  [['C'], 'captions'],
  [['F'], 'fullscreen'],
  [['T'], 'theatre'],
  [['I'], 'mini'],
  [['P'], 'pip'],
  [['N'], 'next'],
  [['?'], 'help'],
] as const satisfies readonly (readonly [readonly string[], string])[]

export type KeyHelpName = (typeof KEY_HELP)[number][1]
