import { relayed } from '../../../relayed.ts'

/** A creator's newest videos, for feed readers. */
export default defineEventHandler((event) => relayed(event, 'rss', { creator: getRouterParam(event, 'did', { decode: true }) }))
