/** Tells the router the address as it was asked for: on its way here `%25` became `%2525`, and a tag of 50 % another one. */
export default defineNuxtPlugin({
  name: 'address',
  // Before the router's own, which is `pre`.
  order: -30,
  setup({ ssrContext, payload }) {
    const asked = ssrContext?.event.node.req.originalUrl
    if (ssrContext && !ssrContext.error && asked?.includes('%25')) ssrContext.url = payload.path = asked
  },
})
