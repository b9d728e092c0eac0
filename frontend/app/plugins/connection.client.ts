/** Follows the browser's network, and stays on the page when the next one's code can't be fetched. */
export default defineNuxtPlugin({
  name: 'connection',
  setup(nuxt) {
    const { offline, away } = useConnection()
    const tell = () => {
      offline.value = !navigator.onLine
      if (!offline.value) away.value = false
    }
    addEventListener('online', tell)
    addEventListener('offline', tell)
    nuxt.hook('app:mounted', tell)

    let wanted: string | undefined
    const router = useRouter()
    router.beforeEach((to) => {
      wanted = to.fullPath
    })
    // Of a page that was built anew the old files are gone: the whole page is asked for again, unless nobody can be asked.
    nuxt.hook('app:chunkError', () => {
      if (!navigator.onLine) tell()
      else if (wanted) location.assign(wanted)
    })
  },
})
