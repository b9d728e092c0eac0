/** What the viewer wants of the small player: `auto` follows the page's scrolling. */
export type MiniWish = 'auto' | 'small' | 'large'

/** Whether the player stands small in the page's corner. */
export function isSmall({ wish, running, inView, alone, fullscreen }: { wish: MiniWish; running: boolean; inView: boolean; alone: boolean; fullscreen: boolean }): boolean {
  // What fills its frame, or the screen, has no corner to go to.
  if (!running || alone || fullscreen) return false
  return wish === 'small' || (wish === 'auto' && !inView)
}

/** The wish after the key: from small to large and back. */
export function toggleWish(small: boolean): MiniWish {
  return small ? 'large' : 'small'
}

/** The wish once the player's own place is in view again, or no longer: then scrolling decides once more. */
export function wishAfterScroll(wish: MiniWish, inView: boolean): MiniWish {
  return wish === 'large' && inView ? 'auto' : wish
}
