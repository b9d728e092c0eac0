import { talk as de } from './de/talk.ts'
import { talk as en } from './en/talk.ts'

/** These come with what needs them, instead of with every page. */
export const TALK = { en, de }
