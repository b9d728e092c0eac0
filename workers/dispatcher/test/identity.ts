/** Accounts of a test's own, and where their DID documents send a reader. */
import { Secp256k1Keypair } from '@atproto/crypto'
import { Client } from '@did-plc/lib'
import { procedure } from '../../../scripts/localnet/publish/xrpc-client.ts'
import { LOCAL_ROTATION_KEY } from '../../../scripts/localnet/services/rotation-key.ts'
import type { Author } from './publish.ts'
import { PDS_URL, PLC_URL } from './system.ts'

/** Creates the account `label.test` on the PDS. */
export async function newAuthor(label: string): Promise<Author> {
  const input = { handle: `${label}.test`, email: `${label}@example.test`, password: `${label}-local-password` }
  const { did, accessJwt } = await procedure<{ did: string; accessJwt: string }>(PDS_URL, 'com.atproto.server.createAccount', input)
  return { did, authorization: `Bearer ${accessJwt}` }
}

/** Rewrites the PDS in the account's DID document. What the account publishes stays where it is. */
export async function moveTo(author: Author, endpoint: string): Promise<void> {
  await update(author, (last) => ({ ...last, services: { ...last.services, atproto_pds: { type: 'AtprotoPersonalDataServer', endpoint } } }))
}

/** Rewrites the names in the account's DID document. What DNS and the PDS say of a handle stays as it is. */
export async function bear(author: Author, ...handles: string[]): Promise<void> {
  await update(author, (last) => ({ ...last, alsoKnownAs: handles.map((handle) => `at://${handle}`) }))
}

type Change = Parameters<Client['updateData']>[2]

async function update({ did }: Author, change: Change): Promise<void> {
  const key = await Secp256k1Keypair.import(LOCAL_ROTATION_KEY)
  await new Client(PLC_URL).updateData(did, key, change)
}
