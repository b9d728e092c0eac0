import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

/** The project's root folder. */
export const ROOT = fileURLToPath(new URL('../..', import.meta.url))

/** The Node tools of the project. */
export const NODE_MODULES = join(ROOT, 'node_modules')

/** The committed demo videos, a media folder each. */
export const DEMO_MEDIA = join(ROOT, 'scripts/localnet/media')

/** Everything that one running instance writes. */
export function instanceDir(portBase: number): string {
  return join(ROOT, '.localnet', String(portBase))
}
