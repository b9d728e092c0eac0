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

/** What to call a track of sound: its language, the playlist's own name for it, and what it is packed with; a name may tell that better than the codec, which hls.js takes from the picture's level. */
export function audioName({ name = '', language, codec }: TrackTale, languageName: (tag: string) => string | undefined): string {
  const byName = codecName(name)
  const spoken = language && languageName(language)
  const parts = [spoken, byName ? undefined : name.slice(0, NAME_MAX), byName ?? codecName(codec)]
  return [...new Set(parts)].filter(Boolean).join(' · ') || '–'
}

/** What to call captions: their language by its name, and what the playlist says in brackets, such as `(auto)`. */
export function captionName({ name = '', language }: TrackTale, languageName: (tag: string) => string | undefined): string {
  const spoken = language && languageName(language)
  if (!spoken) return name.slice(0, NAME_MAX) || '–'
  const made = /\(([^()]{1,30})\)\s*$/.exec(name)?.[1]
  return made && made !== 'human' ? `${spoken} (${made})` : spoken
}

/** The codec that a track of sound is named after, as Streamplace names them; `undefined` for other names. */
export function namedCodec(name: string): string | undefined {
  return /^(opus|flac|ac-3|ec-3|mp4a\.40\.\d{1,2})$/i.test(name) ? name : undefined
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
