import { relayed } from '../relayed.ts'

/** The newest videos, for feed readers. */
export default defineEventHandler((event) => relayed(event, 'rss', {}))
