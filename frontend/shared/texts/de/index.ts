import type { Texts } from '../texts.ts'
import { account } from './account.ts'
import { faults } from './faults.ts'
import { site } from './site.ts'
import { units } from './units.ts'
import { warnings } from './warnings.ts'

/** All that the site says, in German. */
export const de: Texts = { account, faults, site, units, warnings }
