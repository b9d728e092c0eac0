import { join } from 'node:path'
import type { Net } from '../net.ts'
import { ROOT } from '../places.ts'
import type { ServiceSpec } from '../service.ts'
import type { Instance } from './instance.ts'
import { APPVIEW, type BundleRef } from './runner.ts'
import { localConfig } from './worker-config.ts'
import { wranglerSpec } from './wrangler.ts'

/** How to serve the built site as Pages would, told at run time which runner and bundles to ask, and who knows a network's accounts. */
export async function webSpec(instance: Instance, { did, name, channel }: BundleRef, net?: Pick<Net, 'urls'>): Promise<ServiceSpec> {
  const config = await localConfig(join(ROOT, 'frontend/wrangler.toml'), {
    pages_build_output_dir: join(ROOT, 'frontend/dist'),
    vars: {
      NUXT_PUBLIC_RUNNER_URL: instance.runnerUrl,
      NUXT_PUBLIC_VOD_BUNDLE: `${did}/${name}/${channel}`,
      NUXT_PUBLIC_APPVIEW_BUNDLE: `${did}/${APPVIEW}/${channel}`,
      ...(net && { NUXT_PUBLIC_HANDLE_RESOLVER: net.urls.pds, NUXT_PUBLIC_PLC_URL: net.urls.plc }),
    },
  })
  return wranglerSpec({
    name: 'web frontend',
    command: ['pages', 'dev'],
    config,
    dir: join(instance.dir, 'web'),
    port: instance.ports.web,
    inspectorPort: instance.ports.webInspector,
    log: instance.log('web'),
    readyPath: '/robots.txt',
  })
}
