/** What search engines are told of a page: a description, and whether they shall list it, or not but follow its links. */
export function useForEngines(told: () => { description?: string; listed: boolean }) {
  useHead({
    meta: () => {
      const { description, listed } = told()
      return [...(description === undefined ? [] : [{ name: 'description', content: description }]), ...(listed ? [] : [{ name: 'robots', content: 'noindex, follow' }])]
    },
  })
}
