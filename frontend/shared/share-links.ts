import { embedPath, watchPath } from './paths.ts'
import type { Video } from './video.ts'

/** Bluesky takes 300 characters of text. */
const POST_MAX = 300

/** The address of a video's page on the site at `origin`, from a time on when there are `seconds`. */
export function watchLink(origin: string, video: Pick<Video, 'did' | 'rkey'>, seconds = 0): string {
  return `${origin}${watchPath(video)}${at(seconds)}`
}

/** HTML that shows the player on another site. */
export function embedCode(origin: string, video: Pick<Video, 'did' | 'rkey' | 'title'>, seconds = 0): string {
  const src = `${origin}${embedPath(video)}${at(seconds)}`
  return `<iframe src="${attribute(src)}" title="${attribute(video.title)}" width="640" height="360" style="border:0" loading="lazy" allow="autoplay; fullscreen; picture-in-picture" allowfullscreen></iframe>`
}

/** Where Bluesky has a post ready that says this. */
export function blueskyIntent(title: string, link: string): string {
  const room = POST_MAX - link.length - 1
  const letters = Array.from(title)
  const words = letters.length > room ? `${letters.slice(0, Math.max(0, room - 1)).join('')}…` : title
  return `https://bsky.app/intent/compose?text=${encodeURIComponent(`${words} ${link}`)}`
}

function at(seconds: number): string {
  return seconds >= 1 ? `?t=${Math.floor(seconds)}` : ''
}

function attribute(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('"', '&quot;').replaceAll('<', '&lt;').replaceAll('>', '&gt;')
}
