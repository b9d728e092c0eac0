import assert from 'node:assert/strict'
import type { Page } from 'playwright-core'
import { playedTo, siteUrl } from './browser.ts'

/** A video that the home page lists. */
export type Listed = { title: string; url: string }

/** The videos that the home page lists, read from its HTML. */
export async function listed(): Promise<Listed[]> {
  const html = await (await fetch(`${siteUrl()}/`)).text()
  const videos = [...html.matchAll(/<h2[^>]*><a href="(\/watch\/[^"]+)"[^>]*>([^<]+)</g)].map(([, path = '', title = '']) => ({ title: title.trim(), url: `${siteUrl()}${path}` }))
  assert.ok(videos.length > 0, 'the home page has no link to a watch page')
  return videos
}

/** The watch page of the demo video whose title begins so. */
export async function watchPageOf(title: string): Promise<string> {
  const video = (await listed()).find((one) => one.title.startsWith(title))
  assert.ok(video, `the home page lists no video ${JSON.stringify(title)}`)
  return video.url
}

/** Opens a watch page and plays its video until it has a picture. */
export async function playAt(page: Page, url: string, seconds = 0.2): Promise<void> {
  await page.goto(url)
  await awake(page)
  await page.getByRole('button', { name: /^Play / }).click()
  await playedTo(page, seconds)
}

/** Waits until the page's scripts have taken over what the server sent: a click before that is lost. */
export async function awake(page: Page): Promise<void> {
  await page.waitForFunction(() => (globalThis as { useNuxtApp?: () => { isHydrating: boolean } }).useNuxtApp?.().isHydrating === false)
}

export type MediaState = { time: number; duration: number; paused: boolean; ended: boolean; volume: number; muted: boolean; speed: number; height: number; loop: boolean; captions: string[] }

/** How the video stands; as an empty one while there is none. */
export function mediaState(page: Page): Promise<MediaState> {
  return page.evaluate(readState)
}

/** Waits until the video stands as `holds` says; on failure the error tells how it stood. `holds` runs in Node. */
export async function mediaBecomes(page: Page, what: string, holds: (state: MediaState) => boolean, withinMs = 30_000): Promise<MediaState> {
  const end = Date.now() + withinMs
  for (;;) {
    const state = await mediaState(page)
    if (holds(state)) return state
    assert.ok(Date.now() < end, `${what}: ${JSON.stringify(state)}`)
    await page.evaluate(() => new Promise((resolve) => requestAnimationFrame(resolve)))
  }
}

function readState(): MediaState {
  const media = (document.querySelector('hls-video') ?? document.createElement('video')) as HTMLVideoElement
  return {
    time: media.currentTime,
    duration: media.duration,
    paused: media.paused,
    ended: media.ended,
    volume: media.volume,
    muted: media.muted,
    speed: media.playbackRate,
    height: media.videoHeight,
    loop: media.loop,
    captions: Array.from(media.textTracks).filter(({ kind, mode }) => ['subtitles', 'captions'].includes(kind) && mode === 'showing').map(({ language }) => language),
  }
}

/** Takes the video to a moment, as a script of the page would. */
export async function goTo(page: Page, seconds: number): Promise<void> {
  await page.evaluate((moment) => {
    const media = document.querySelector('hls-video') as HTMLVideoElement
    media.currentTime = moment
  }, seconds)
}

/** Gives the picture the focus without starting or stopping it. */
export async function focusPicture(page: Page): Promise<void> {
  await page.evaluate(() => (document.querySelector('hls-video') as HTMLElement).focus({ preventScroll: true }))
}

/** What the player says for a moment after a key. */
export function said(page: Page) {
  return page.getByRole('region', { name: /^Player: / }).getByRole('status')
}
