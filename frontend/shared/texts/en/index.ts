import { account } from './account.ts'
import { faults } from './faults.ts'
import { site } from './site.ts'
import { units } from './units.ts'
import { warnings } from './warnings.ts'

/** All that the site says, in English; the other locales say the same. */
export const en = { account, faults, site, units, warnings }
