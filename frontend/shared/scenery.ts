/**
 * A small landscape, drawn from a seed alone: the picture of a video that has no thumbnail yet.
 * The canvas is 320x180; colours are CSS colours, `hills` are closed SVG paths from back to front.
 */
export type Scenery = {
  sky: [top: string, bottom: string]
  sun: { x: number; y: number; radius: number; colour: string }
  hills: { path: string; colour: string }[]
}

export const SCENERY_WIDTH = 320
export const SCENERY_HEIGHT = 180

/** Sky from top to bottom, sun, hills from back to front. */
const LIGHTS: readonly (readonly [string, string, string, string, string, string])[] = [
  ['#27306b', '#f0846a', '#ffd9a0', '#8a4a78', '#5a356b', '#2b2350'],
  ['#0f3d4c', '#7cc6b5', '#f6f3c5', '#3c8a86', '#22636b', '#123f4c'],
  ['#f2a65e', '#fbe3b0', '#fff8e2', '#d97b4f', '#a8503f', '#5f2d35'],
  ['#1b1f3b', '#54508f', '#f3e9ff', '#464384', '#302f63', '#1b1b3f'],
  ['#3b79b8', '#cfe7ef', '#fffbe3', '#6fa08f', '#3f7a6b', '#205247'],
  ['#7a2048', '#f2705a', '#ffc97d', '#a83a5a', '#70264f', '#3d173b'],
  ['#20504a', '#c7d68a', '#fbf6c8', '#6d9a55', '#3f7047', '#1f4539'],
  ['#12324f', '#e8a75d', '#ffe9b8', '#7d5a5e', '#4a4258', '#232640'],
  ['#2a5a83', '#f3c6b3', '#fff3dd', '#b98a94', '#7c6182', '#463d5f'],
  ['#5b2333', '#e2a07a', '#ffe3b3', '#a5604f', '#733f43', '#3b2230'],
  ['#0d2b2a', '#3f8f84', '#e6fff4', '#2b6a66', '#1c4a4c', '#0e2c30'],
  ['#44355b', '#d99ac0', '#ffe7ef', '#8f6196', '#604478', '#352a50'],
]

/** The scenery of a seed; the same seed gives the same picture, on the server as in the browser. */
export function drawScenery(seed: string): Scenery {
  const next = randomness(seed)
  const light = LIGHTS[Math.floor(next() * LIGHTS.length)] ?? LIGHTS[0]!
  const [top, bottom, sun, back, middle, front] = light
  return {
    sky: [top, bottom],
    sun: { x: Math.round(70 + next() * 190), y: Math.round(46 + next() * 52), radius: Math.round(16 + next() * 20), colour: sun },
    hills: [
      { path: ridge(next, 112, 26), colour: back },
      { path: ridge(next, 136, 22), colour: middle },
      { path: ridge(next, 158, 16), colour: front },
    ],
  }
}

/** The letter or digit that a title begins with, for the picture's corner; empty when there is none. */
export function initialOf(title: string): string {
  return /[\p{L}\p{N}]/u.exec(title)?.[0]?.toUpperCase() ?? ''
}

function ridge(next: () => number, height: number, swing: number): string {
  const step = SCENERY_WIDTH / 4
  const heights = Array.from({ length: 5 }, () => Math.round(height + (next() - 0.5) * 2 * swing))
  const curves = heights.slice(1).map((y, index) => {
    const x = step * (index + 1)
    return `C${x - step / 2} ${heights[index]} ${x - step / 2} ${y} ${x} ${y}`
  })
  return `M0 ${heights[0]}${curves.join('')}V${SCENERY_HEIGHT}H0Z`
}

/** Numbers in [0, 1) from a text: FNV-1a for the seed, mulberry32 for the sequence. */
function randomness(text: string): () => number {
  let state = 0x811c9dc5
  for (const character of text) state = Math.imul(state ^ (character.codePointAt(0) ?? 0), 0x01000193)
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
}
