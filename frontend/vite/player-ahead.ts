/** What the build knows of a file. */
interface Entry {
  file: string
  imports?: string[]
  dynamicImports?: string[]
  prefetch?: boolean
}

/** The parts of the player that are fetched when somebody wants it. */
const PARTS = /(?:^|[\\/])(?:player[\\/](?:definitions|controls)\.ts|components[\\/]PlayerStage\.vue)$/
/** The pages that have one. */
const PAGES = /(?:^|[\\/])pages[\\/](?:watch|embed)[\\/].*\.vue$/

/**
 * Has pages with a player name its parts in their heads, for `app/player/ahead.ts` to have them fetched once there is nothing
 * else to do. They are not run by that: running them keeps a phone busy, and most pages are read before anything is played.
 *
 * @throws when the build has no such parts or pages any more
 */
export function fetchPlayerAhead(manifest: Record<string, Entry>): void {
  const named = (pattern: RegExp) => Object.keys(manifest).filter((key) => pattern.test(key))
  const [parts, pages] = [named(PARTS), named(PAGES)]
  if (parts.length < 3 || pages.length < 2) throw new Error(`the player's parts (${parts.join(', ')}) or pages (${pages.join(', ')}) are not where they were`)
  const mark = (key: string) => {
    const entry = manifest[key]
    if (entry === undefined || entry.prefetch === true) return
    entry.prefetch = true
    entry.imports?.forEach(mark)
  }
  parts.forEach(mark)
  for (const page of pages) manifest[page]!.dynamicImports = [...new Set([...(manifest[page]!.dynamicImports ?? []), ...parts])]
}
