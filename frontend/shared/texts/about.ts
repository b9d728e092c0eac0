import { about as de } from './de/about.ts'
import { about as en } from './en/about.ts'

/** These come with what needs them, instead of with every page. */
export const ABOUT = { en, de }
