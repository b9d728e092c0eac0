import type { Video } from './video.ts'
import { thumbnailUrl, type BundleUrl, type ThumbnailWidth } from './vod-client.ts'

/** Where a poster stands: a card of the grid, its large first card, a result of a search, the narrow row beside a player, the player's stage. */
export type PosterPlace = 'grid' | 'lead' | 'result' | 'row' | 'stage'

/** How soon a poster's picture is fetched: `first` ahead of everything else, `soon` with the page, `late` when it comes near the view. */
export type PosterLoading = 'first' | 'soon' | 'late'

/** What an `<img>` needs to choose among the sizes of one picture. */
export type PosterSources = { src: string; srcset: string; sizes: string }

const WIDTHS: Record<PosterPlace, ThumbnailWidth[]> = {
  grid: [320, 640, 960],
  lead: [320, 640, 960],
  result: [320, 640],
  row: [320, 640],
  stage: [640, 960, 1280],
}

// As wide as the pages' layouts make them, rounded up: grid and lead in VideoGrid.vue, result and row in VideoCard.vue, stage in the watch page.
const SIZES: Record<PosterPlace, string> = {
  grid: '(min-width: 110rem) 17vw, (min-width: 69rem) 20rem, (min-width: 37rem) 24rem, calc(100vw - 2rem)',
  lead: '(min-width: 110rem) 36vw, (min-width: 44rem) 40rem, calc(100vw - 2rem)',
  result: '(min-width: 40rem) 18rem, calc(100vw - 2rem)',
  row: '10rem',
  stage: '(min-width: 110rem) 62vw, (min-width: 96rem) 67rem, (min-width: 64rem) calc(100vw - 27rem), 100vw',
}

/** The picture of a video in the sizes that its place can show; `undefined` for a video with content warnings. */
export function posterSources(bundle: BundleUrl, video: Video, place: PosterPlace): PosterSources | undefined {
  if (video.contentWarnings.length > 0) return undefined
  const srcset = WIDTHS[place].map((width) => `${thumbnailUrl(bundle, video, width)} ${width}w`).join(', ')
  return { src: thumbnailUrl(bundle, video, 640), srcset, sizes: SIZES[place] }
}
