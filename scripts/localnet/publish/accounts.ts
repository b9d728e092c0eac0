import { procedure, XrpcFailure } from './xrpc-client.ts'

/** An account on the local PDS, with the password that every local network gives it. */
export interface Account {
  did: string
  handle: string
  password: string
}

/** An account somebody is logged in to. */
export interface SignedIn extends Account {
  displayName: string
  /** Value of the `Authorization` header. */
  authorization: string
}

/** Creates `label.test` on a PDS, with a profile. `adminPassword` lets handles pass that a PDS reserves, `operator.test` among them. */
export async function createAccount(pds: string, label: string, description: string, adminPassword: string): Promise<SignedIn> {
  const handle = `${label}.test`
  const password = `${label}-local-password`
  const create = (wanted: string) =>
    procedure<{ did: string; accessJwt: string }>(pds, 'com.atproto.server.createAccount', {
      handle: wanted,
      email: `${label}@example.test`,
      password,
    })
  const { did, accessJwt } = await create(handle).catch(async (error: unknown) => {
    if (!(error instanceof XrpcFailure && error.code === 'HandleNotAvailable')) throw error
    const created = await create(`the-${handle}`)
    const authorization = `Basic ${Buffer.from(`admin:${adminPassword}`).toString('base64')}`
    await procedure(pds, 'com.atproto.admin.updateAccountHandle', { did: created.did, handle }, authorization)
    return created
  })
  const account = { did, handle, password, displayName: titleCase(label), authorization: `Bearer ${accessJwt}` }
  await putRecord(pds, account, 'app.bsky.actor.profile', 'self', { displayName: account.displayName, description })
  return account
}

/** Writes one record; gives its at-uri and CID. The PDS knows not every lexicon, so it isn't asked to validate. */
export function putRecord(
  pds: string,
  { did, authorization }: SignedIn,
  collection: string,
  rkey: string,
  record: object,
): Promise<{ uri: string; cid: string }> {
  const input = { repo: did, collection, rkey, validate: false, record: { $type: collection, ...record } }
  return procedure(pds, 'com.atproto.repo.putRecord', input, authorization)
}

function titleCase(label: string): string {
  return label.charAt(0).toUpperCase() + label.slice(1)
}
