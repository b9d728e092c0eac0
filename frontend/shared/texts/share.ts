import { share as de } from './de/share.ts'
import { share as en } from './en/share.ts'

/** These come with what needs them, instead of with every page. */
export const SHARE = { en, de }
