import { en } from '#shared/texts/en/index.ts'

/** The texts of the viewer's language; those beyond English come as a file of their own. */
export default defineNuxtPlugin({
  name: 'texts',
  async setup() {
    // And their choices of how a page looks; feeds and the like are the same for everybody.
    useRequestEvent()?.node.res.setHeader('vary', 'accept-language, cookie')
    const texts = useLocale().value === 'de' ? (await import('#shared/texts/de/index.ts')).de : en
    return { provide: { texts } }
  },
})
