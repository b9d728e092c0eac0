/**
 * Gives every script tag of the page the nonce of this answer. It is set on the tags before they
 * become text: searching finished HTML for `<script` would also find it inside foreign text.
 */
export default defineNuxtPlugin(() => {
  const nonce = useRequestEvent()?.context.nonce
  if (!nonce) return
  injectHead().use({
    key: 'script-nonce',
    hooks: {
      'tags:resolve'({ tags }) {
        for (const tag of tags) if (tag.tag === 'script') tag.props.nonce = nonce
      },
    },
  })
})
