import type { VideoChapter } from '../../shared/video.ts'

/** A chapter as a cue of a text track, in seconds. */
export type ChapterCue = { start: number; end: number; text: string }

/** The index of the chapter that a moment (seconds) is in; -1 before the first. */
export function chapterAt(chapters: readonly VideoChapter[], seconds: number): number {
  // A seek lands a hair before what it was told.
  return chapters.findLastIndex(({ startMs }) => startMs <= seconds * 1_000 + 50)
}

/**
 * Cues for a track of chapters over `duration` seconds: those that begin beyond it are left out. Whoever reads the track takes its
 * texts for markup, so they are escaped. Fewer than two chapters divide nothing.
 */
export function chapterCues(chapters: readonly VideoChapter[], duration: number): ChapterCue[] {
  const begun = chapters.filter(({ startMs }) => startMs < duration * 1_000)
  if (begun.length < 2) return []
  return begun.map(({ startMs, title }, index) => ({
    start: startMs / 1_000,
    end: Math.min(duration, (begun[index + 1]?.startMs ?? duration * 1_000) / 1_000),
    text: title.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;'),
  })).filter(({ start, end }) => end > start)
}
