import type { Video } from '#shared/video.ts'

/** Seconds between two notes of where a video is. */
const EVERY_SECONDS = 5

/** Puts a video into the history while the page's player plays it. A video that was never begun leaves no trace. */
export function useWatched(video: () => Video | undefined) {
  const { remember } = useHistory()
  let noted = Number.NEGATIVE_INFINITY

  function note(event: Event) {
    const { target, type } = event
    if (!(target instanceof HTMLElement) || target.localName !== 'hls-video') return
    const media = target as HTMLMediaElement
    const shown = video()
    if (!shown || media.currentTime === 0 || (type === 'timeupdate' && (media.paused || Math.abs(media.currentTime - noted) < EVERY_SECONDS))) return
    noted = media.currentTime
    remember(shown, media.currentTime)
  }
  // Events of media do not bubble, but can be caught on their way down.
  const events = ['timeupdate', 'pause', 'ended']
  onMounted(() => {
    for (const name of events) document.addEventListener(name, note, true)
  })
  onBeforeUnmount(() => {
    for (const name of events) document.removeEventListener(name, note, true)
  })
}
