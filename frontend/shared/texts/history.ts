import { history as de } from './de/history.ts'
import { history as en } from './en/history.ts'

/** These come with what needs them, instead of with every page. */
export const HISTORY = { en, de }
