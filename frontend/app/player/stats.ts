/** What is measured of a running player. Sizes in pixels, `bandwidth` and `bitrate` in bits a second, `buffered` in seconds ahead. */
export type Sample = {
  width: number
  height: number
  boxWidth: number
  boxHeight: number
  /** Among how many levels which one plays, from 0, the lowest; whether it was chosen for the viewer. */
  level: { index: number; count: number; automatic: boolean; bitrate: number; codecs: string } | undefined
  buffered: number
  frames: { total: number; dropped: number }
  bandwidth: number | undefined
}

export type StatName = 'resolution' | 'level' | 'codecs' | 'buffer' | 'frames' | 'bandwidth'

/** The rows of the panel. Words come from outside, numbers are written alike in every language. */
export function statRows(sample: Sample, words: { automatic: string; chosen: string; dropped: (dropped: number, total: number) => string; unknown: string }): [StatName, string][] {
  const { level } = sample
  return [
    ['resolution', sample.width > 0 ? `${sample.width}×${sample.height} → ${Math.round(sample.boxWidth)}×${Math.round(sample.boxHeight)}` : words.unknown],
    ['level', level ? `${level.index + 1}/${level.count} · ${bits(level.bitrate)} · ${level.automatic ? words.automatic : words.chosen}` : words.unknown],
    ['codecs', level?.codecs || words.unknown],
    ['buffer', `${Math.max(0, sample.buffered).toFixed(1)} s`],
    ['frames', words.dropped(sample.frames.dropped, sample.frames.total)],
    ['bandwidth', sample.bandwidth === undefined ? words.unknown : bits(sample.bandwidth)],
  ]
}

/** How far a video is loaded ahead of a moment, in seconds; a hair's gap counts as none. */
export function bufferedAhead(ranges: readonly (readonly [start: number, end: number])[], moment: number): number {
  const around = ranges.find(([start, end]) => start <= moment + 0.1 && end > moment)
  return around ? around[1] - moment : 0
}

function bits(perSecond: number): string {
  if (!Number.isFinite(perSecond) || perSecond <= 0) return '0 kbit/s'
  return perSecond >= 1e6 ? `${(perSecond / 1e6).toFixed(1)} Mbit/s` : `${Math.round(perSecond / 1e3)} kbit/s`
}
