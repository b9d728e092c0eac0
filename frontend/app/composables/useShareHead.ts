import { headTags, type ShareHead } from '#shared/share-head.ts'

/** Puts into the page's head what other sites are told of it; nothing while there is nothing to tell. */
export function useShareHead(head: () => ShareHead | undefined) {
  useHead(() => {
    const told = head()
    return told ? headTags(told, import.meta.server) : {}
  })
}
