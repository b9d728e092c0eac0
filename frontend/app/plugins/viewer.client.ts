import { VIEWER_KEY } from '~/composables/useAccount.ts'

/** Finds out who is signed in, once the page is alive, and again when another tab says so. */
export default defineNuxtPlugin((nuxt) => {
  const { look } = useAccount()
  nuxt.hooks.hookOnce('app:suspense:resolve', look)
  window.addEventListener('storage', ({ key }) => {
    if (key === VIEWER_KEY || key === null) look()
  })
})
