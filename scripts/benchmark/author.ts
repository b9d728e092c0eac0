import { mkdir } from 'node:fs/promises'
import { gzipSync } from 'node:zlib'
import { Secp256k1Keypair } from '@atproto/crypto'
import { Client } from '@did-plc/lib'
import { specsOf, urlsOf } from '../localnet/net-services.ts'
import { findFreePortBase, portsFrom } from '../localnet/ports.ts'
import { createAccount, putRecord, type SignedIn } from '../localnet/publish/accounts.ts'
import { startService, type Service } from '../localnet/service.ts'
import { LOCAL_ROTATION_KEY } from '../localnet/services/rotation-key.ts'
import type { BundleCode } from './bundle-code.ts'

/** The origins under which a dispatcher as it is deployed knows its network. Nothing of them is asked: they lead to this machine. */
const PUBLIC_PLC = 'https://plc.directory'
const PUBLIC_PDS = 'https://pds.streamhut.dev'

const ADMIN_PASSWORD = 'local-admin-password'

/** An author with a repo on a PDS, which the network finds by the PLC directory. */
export interface Author {
  did: string
  /** Where this machine answers for which public origin. */
  origins: Record<string, string>
  /** Publishes a release of a bundle and points its channel `latest` at it. Gives the bundle's path on a runner. */
  publish(name: string, code: BundleCode): Promise<string>
  stop(): Promise<void>
}

/** Starts the PLC directory and the PDS of the local network, in `dir`, and makes an account there. */
export async function startAuthor(dir: string): Promise<Author> {
  const ports = portsFrom(await findFreePortBase())
  const urls = urlsOf(ports)
  await mkdir(dir, { recursive: true })
  const specs = specsOf(ports, urls, dir, dir, ADMIN_PASSWORD)
  const running: Service[] = []
  const stop = async () => void (await Promise.all(running.map((service) => service.stop())))
  try {
    await Promise.all([specs.plc, specs.pds].map(async (spec) => running.push(await startService(spec))))
    const account = await createAccount(urls.pds, 'author', 'Publishes what is measured.', ADMIN_PASSWORD)
    const key = await Secp256k1Keypair.import(LOCAL_ROTATION_KEY)
    await new Client(urls.plc).updateData(account.did, key, (last) => ({
      ...last,
      services: { ...last.services, atproto_pds: { type: 'AtprotoPersonalDataServer', endpoint: PUBLIC_PDS } },
    }))
    return {
      did: account.did,
      origins: { [PUBLIC_PLC]: urls.plc, [PUBLIC_PDS]: urls.pds },
      publish: (name, code) => publish(urls.pds, account, name, code),
      stop,
    }
  } catch (error) {
    await stop()
    throw error
  }
}

async function publish(pds: string, account: SignedIn, name: string, { main, modules, endpoint, endpoints = [endpoint], net = [], compatibilityDate }: BundleCode): Promise<string> {
  const version = '1.0.0'
  const createdAt = new Date().toISOString()
  const stored = modules.map(async ({ path, type, bytes }) => {
    // As `at-run build` stores them.
    const small = gzipSync(bytes, { level: 9 })
    return { path, type, encoding: 'gzip', size: bytes.length, blob: await uploadBlob(pds, account, small, 'application/gzip') }
  })
  const release = await putRecord(pds, account, 'run.at.release', `${name}:${version}`, {
    name,
    version,
    main,
    modules: await Promise.all(stored),
    compatibilityDate,
    endpoints: endpoints.map((name) => ({ name, method: 'GET' })),
    permissions: { net },
    config: [],
    limits: { cpuMs: 1_000, subRequests: 50 },
    createdAt,
  })
  await putRecord(pds, account, 'run.at.channel', `${name}:latest`, { release, createdAt })
  return `/bundle/${account.did}/${name}/latest`
}

async function uploadBlob(pds: string, { authorization }: SignedIn, bytes: Uint8Array, mimeType: string): Promise<object> {
  const response = await fetch(`${pds}/xrpc/com.atproto.repo.uploadBlob`, {
    method: 'POST',
    headers: { authorization, 'content-type': mimeType },
    body: Buffer.from(bytes),
    signal: AbortSignal.timeout(30_000),
  })
  if (!response.ok) throw new Error(`uploadBlob: ${response.status} ${await response.text()}`)
  return ((await response.json()) as { blob: object }).blob
}
