/**
 * Has the browser fetch and compile what the page's head names for later (`rel="ahead"`), without running it: an import of it
 * takes part in the same fetch. Does nothing twice, and nothing for who saves data.
 */
export function fetchAhead(head: HTMLHeadElement, savesData: boolean): void {
  if (savesData) return
  for (const link of head.querySelectorAll<HTMLLinkElement>('link[rel="ahead"]')) {
    link.fetchPriority = 'low'
    link.rel = 'modulepreload'
  }
}
