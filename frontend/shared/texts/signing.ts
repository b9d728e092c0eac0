import { signing as de } from './de/signing.ts'
import { signing as en } from './en/signing.ts'

/** These come with what needs them, instead of with every page. */
export const SIGNING = { en, de }
