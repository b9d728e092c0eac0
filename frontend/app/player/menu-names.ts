import type Hls from 'hls.js'
import type { HlsVideoElement } from 'hls-video-element'
import type { PLAYER } from '#shared/texts/player.ts'
import type { Locale } from '#shared/texts/texts.ts'
import { audioName, captionName, languageNames } from './track-names.ts'

type Entry = { id?: string; label?: string; language?: string }
type MenuClass = { formatMenuItemText: (text: string, entry?: Entry) => string }

/**
 * Lets the menus call speeds, sound and captions by names for people. The menus keep their lists in attributes, cut at spaces and
 * colons, so the names of sound tracks, which are foreign, are kept out of them and looked up by number.
 */
export function nameMenus(media: HlsVideoElement, player: (typeof PLAYER)['en'], locale: Locale): void {
  const language = languageNames(locale)
  menu('media-playback-rate-menu').formatMenuItemText = (text) => player.speeds(Number.parseFloat(text))
  menu('media-captions-menu').formatMenuItemText = (text, entry) => (entry ? captionName({ name: entry.label, language: entry.language }, language) : text)
  menu('media-audio-track-menu').formatMenuItemText = (text, entry) => {
    const track = (media.api as Hls | null)?.audioTracks.find(({ id }) => String(id) === entry?.id)
    return track ? audioName({ name: track.name, language: track.lang, codec: track.audioCodec }, language) : text
  }
}

/** To be called once the playlist was read, before its tracks are told of. */
export function hideTrackNames(media: HlsVideoElement): void {
  for (const track of (media as unknown as { audioTracks: Iterable<{ label: string; language: string }> }).audioTracks) {
    track.label = ''
    track.language = ''
  }
}

function menu(name: string): MenuClass {
  return customElements.get(name) as unknown as MenuClass
}
