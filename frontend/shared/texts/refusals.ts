import { refusals as de } from './de/refusals.ts'
import { refusals as en } from './en/refusals.ts'

/** These come with what needs them, instead of with every page. */
export const REFUSALS = { en, de }
