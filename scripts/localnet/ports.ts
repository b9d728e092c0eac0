import { createServer, type AddressInfo } from 'node:net'

/** Every port of one local instance, in the order in which they follow the port base. */
export interface Ports {
  web: number
  runner: number
  pds: number
  plc: number
  streamplace: number
  sqld: number
  runnerInspector: number
  webInspector: number
  stream: number
}

/** What each port is called in messages, in the order of the offsets from the base. */
const LABELS: Record<keyof Ports, string> = {
  web: 'web frontend',
  runner: 'runner',
  pds: 'PDS',
  plc: 'PLC directory',
  streamplace: 'Streamplace stand-in',
  sqld: 'libSQL server',
  runnerInspector: "runner's inspector",
  webInspector: "web frontend's inspector",
  stream: 'relay and Jetstream stand-in',
}

const NAMES = Object.keys(LABELS) as (keyof Ports)[]

/** The base that is used when the caller names none. */
export const DEFAULT_PORT_BASE = 4400

/** The ports of the instance at `base`: `base + 0` is the web frontend, `base + 8` the relay and Jetstream stand-in. */
export function portsFrom(base: number): Ports {
  if (!Number.isInteger(base) || base < 1024 || base + NAMES.length - 1 > 65535) {
    throw new RangeError(`port base ${base}: expected a whole number from 1024 to ${65536 - NAMES.length}`)
  }
  return Object.fromEntries(NAMES.map((name, offset) => [name, base + offset])) as unknown as Ports
}

/** Fails when one of `names` is taken, naming the port, its purpose and the way out. */
export async function assertPortsFree(ports: Ports, names: readonly (keyof Ports)[] = NAMES): Promise<void> {
  const free = await Promise.all(names.map((name) => isFree(ports[name])))
  const taken = names.filter((_, index) => !free[index]).map((name) => `${ports[name]} (${LABELS[name]})`)
  if (taken.length > 0) {
    throw new Error(`port ${taken.join(', ')} already in use; choose other ports with --port-base N`)
  }
}

/** Any port that is free right now. */
export function findFreePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const probe = createServer().once('error', reject)
    probe.listen(0, '127.0.0.1', () => {
      const { port } = probe.address() as AddressInfo
      probe.close(() => resolve(port))
    })
  })
}

/** A port base below the ephemeral range whose ports are all free right now. */
export async function findFreePortBase(): Promise<number> {
  for (let attempt = 0; attempt < 100; attempt++) {
    const base = 20_000 + 10 * Math.floor(Math.random() * 1_000)
    const free = await Promise.all(Object.values(portsFrom(base)).map(isFree))
    if (free.every(Boolean)) return base
  }
  throw new Error('no nine free ports in a row between 20000 and 29999')
}

function isFree(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const probe = createServer()
    probe.once('error', () => resolve(false))
    probe.listen({ port, host: '127.0.0.1', exclusive: true }, () => probe.close(() => resolve(true)))
  })
}
