/** A track of sound or captions as its playlist tells of it. */
export type TrackTale = { name?: string; language?: string; codec?: string }

const CODECS: [RegExp, string][] = [
  [/^mp4a\.40/i, 'AAC'],
  [/^opus$/i, 'Opus'],
  [/^(ac-3|ec-3)$/i, 'Dolby Digital'],
  [/^fla?c$/i, 'FLAC'],
  [/^mp3$|^mp4a\.(69|6b)$/i, 'MP3'],
]
const NAME_MAX = 60

/** What to call a track of sound: its language, what it is packed with, or the playlist's own name for it. */
export function audioName({ name = '', language, codec }: TrackTale, languageName: (tag: string) => string | undefined): string {
  const packed = codecName(codec) ?? codecName(name)
  const spoken = language && languageName(language)
  const called = packed === codecName(name) && packed !== undefined ? undefined : name.slice(0, NAME_MAX)
  return [...new Set([spoken, called, packed])].filter(Boolean).join(' · ') || (name.slice(0, NAME_MAX) || '–')
}

/** What to call captions: their language by its name, and what the playlist says in brackets, such as `(auto)`. */
export function captionName({ name = '', language }: TrackTale, languageName: (tag: string) => string | undefined): string {
  const spoken = language && languageName(language)
  if (!spoken) return name.slice(0, NAME_MAX) || '–'
  const made = /\(([^()]{1,30})\)\s*$/.exec(name)?.[1]
  return made && made !== 'human' ? `${spoken} (${made})` : spoken
}

function codecName(codec: string | undefined): string | undefined {
  return CODECS.find(([pattern]) => pattern.test(codec ?? ''))?.[1]
}

/** Names languages in the viewer's own; `undefined` for a tag that names none. */
export function languageNames(locale: string): (tag: string) => string | undefined {
  const names = new Intl.DisplayNames([locale], { type: 'language', fallback: 'none' })
  return (tag) => {
    try {
      return names.of(tag)
    } catch {
      return undefined
    }
  }
}
