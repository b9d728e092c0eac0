import { player as de } from './de/player.ts'
import { player as en } from './en/player.ts'

/** These come with what needs them, instead of with every page. */
export const PLAYER = { en, de }
