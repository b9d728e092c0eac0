/**
 * A PLC directory in a process of its own: the published server over its in-memory database.
 * Argument: `{"port": number, "journal": path}`. Operations are journalled, so that a restart forgets nobody.
 */
import { appendFile, readFile } from 'node:fs/promises'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import { validateOperationLog, type CompatibleOpOrTombstone, type DocumentData, type OpOrTombstone } from '@did-plc/lib'
import { Database, PlcServer } from '@did-plc/server'

const { port, journal } = JSON.parse(process.argv[2] ?? '{}') as { port: number; journal: string }

const database = Database.mock()
const accept = database.validateAndAddOp.bind(database)
for (const line of (await readFile(journal, 'utf8').catch(() => '')).split('\n').filter(Boolean)) {
  const { did, operation } = JSON.parse(line) as { did: string; operation: OpOrTombstone }
  await accept(did, operation)
}
database.validateAndAddOp = async (did: string, operation: OpOrTombstone) => {
  await accept(did, operation)
  await appendFile(journal, `${JSON.stringify({ did, operation })}\n`)
}

const directory = PlcServer.create({ db: database, port, version: 'localnet' })
const server = createServer((request, response) => {
  const did = /^\/(did:plc:[a-z2-7]{24})$/.exec(decodeURIComponent(request.url ?? ''))?.[1]
  if (did !== undefined && request.method === 'GET') void answerDocument(did, request, response)
  else directory.app(request, response)
})
server.listen(port, '127.0.0.1')
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => process.exit(0))

async function answerDocument(did: string, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const log: CompatibleOpOrTombstone[] = await database.opsForDid(did)
  if (log.length === 0) {
    // The server's own words for an unknown DID.
    directory.app(request, response)
    return
  }
  const data = await validateOperationLog(did, log)
  const status = data ? 200 : 410
  const body = data ? didDocument(data) : { message: `DID not available: ${did}` }
  response.writeHead(status, {
    'content-type': data ? 'application/did+ld+json; charset=utf-8' : 'application/json; charset=utf-8',
    'access-control-allow-origin': '*',
  })
  response.end(JSON.stringify(body))
}

/** The document as plc.directory serves it: keys as Multikey, where the published package still renders the older suites. */
function didDocument(data: DocumentData): object {
  return {
    '@context': [
      'https://www.w3.org/ns/did/v1',
      'https://w3id.org/security/multikey/v1',
      'https://w3id.org/security/suites/secp256k1-2019/v1',
    ],
    id: data.did,
    alsoKnownAs: data.alsoKnownAs,
    verificationMethod: Object.entries(data.verificationMethods).map(([id, key]) => ({
      id: `${data.did}#${id}`,
      type: 'Multikey',
      controller: data.did,
      publicKeyMultibase: key.replace(/^did:key:/, ''),
    })),
    service: Object.entries(data.services).map(([id, service]) => ({
      id: `#${id}`,
      type: service.type,
      serviceEndpoint: service.endpoint,
    })),
  }
}
