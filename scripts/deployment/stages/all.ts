import type { Stage } from '../stage.ts'
import { bundles } from './bundles.ts'
import { indexDatabase } from './index-database.ts'
import { runner } from './runner.ts'
import { site, siteAddress } from './site.ts'
import { storage } from './storage.ts'
import { tools } from './tools.ts'

/** The whole way, in its order. */
export const STAGES: readonly Stage[] = [tools, storage, runner, bundles, indexDatabase, site, siteAddress]
