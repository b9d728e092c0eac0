/**
 * What a page's head names to be fetched ahead is left to the page's own scripts (`app/player/ahead.ts`): a browser that
 * prefetches a file does so with the least of priorities, and whoever wants it meanwhile waits for that.
 */
export default defineNitroPlugin((nitro) => {
  nitro.hooks.hook('render:html', (html) => {
    html.head = html.head.map((part) => part.replaceAll('<link rel="prefetch" as="script"', '<link rel="ahead" as="script"'))
  })
})
