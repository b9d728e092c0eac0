import { parameter, relayed } from '../relayed.ts'

/** oEmbed of this site's pages (oembed.com); a script of any site may ask. */
export default defineEventHandler((event) => {
  setResponseHeader(event, 'access-control-allow-origin', '*')
  return relayed(event, 'oembed', {
    url: parameter(event, 'url'),
    format: parameter(event, 'format'),
    maxwidth: parameter(event, 'maxwidth'),
    maxheight: parameter(event, 'maxheight'),
  })
})
