/**
 * The reference PDS in a process of its own, on loopback, with its data on disk and no outside connection:
 * no crawlers, no mail, no AppView. Argument: `{"port", "dataDir", "plcUrl", "adminPassword"}`.
 */
import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { PDS, envToCfg, envToSecrets } from '@atproto/pds'
import { LOCAL_ROTATION_KEY } from './rotation-key.ts'

const { port, dataDir, plcUrl, adminPassword } = JSON.parse(process.argv[2] ?? '{}') as {
  port: number
  dataDir: string
  plcUrl: string
  adminPassword: string
}
await mkdir(dataDir, { recursive: true })

const env = {
  port,
  hostname: 'localhost',
  devMode: true,
  serviceName: 'Local PDS',
  serviceHandleDomains: ['.test'],
  inviteRequired: false,
  didPlcUrl: plcUrl,
  crawlers: [],
  trustedOAuthClients: [],
  rateLimitBypassIps: [],
  handleBackupNameservers: [],
  dataDirectory: dataDir,
  blobstoreDiskLocation: join(dataDir, 'blobs'),
  blobstoreDiskTmpLocation: join(dataDir, 'blobs-tmp'),
  // Secrets of a PDS that only loopback can reach and whose data lasts one session.
  jwtSecret: 'localnet-jwt-secret',
  adminPassword,
  plcRotationKeyK256PrivateKeyHex: LOCAL_ROTATION_KEY,
}
const pds = await PDS.create(envToCfg(env), envToSecrets(env))

// The PDS would listen on every interface.
const listen = pds.app.listen.bind(pds.app)
pds.app.listen = ((onPort: number) => listen(onPort, '127.0.0.1')) as typeof pds.app.listen
await pds.start()

for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  process.once(signal, () => void pds.destroy().finally(() => process.exit(0)))
}
