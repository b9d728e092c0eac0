import type { LoggedEvent } from './event-log.ts'

/** What a subscriber wants to see. */
export interface Wanted {
  /** Full names and prefixes with their final dot; all collections when missing. */
  collections?: { names: ReadonlySet<string>; prefixes: readonly string[] }
  /** All repos when empty. */
  dids: ReadonlySet<string>
  /** Longer messages are left out; 0 for no limit. */
  mostBytes: number
}

const MOST_COLLECTIONS = 100
const MOST_DIDS = 10_000

/** The reference patterns of atproto's NSID and DID specs. */
const NSID = /^(?=.{1,317}$)[a-zA-Z]([a-zA-Z0-9-]{0,62})?(\.[a-zA-Z0-9]([a-zA-Z0-9-]{0,62}[a-zA-Z0-9])?)+(\.[a-zA-Z][a-zA-Z0-9]{0,62})$/
const DID = /^(?=.{1,2048}$)did:[a-z]+:[a-zA-Z0-9._:%-]*[a-zA-Z0-9._-]$/

export const isNsid = (text: string) => NSID.test(text)
export const isDid = (text: string) => DID.test(text)

/** Reads a subscriber's filters. Throws what Jetstream answers to wrong ones. */
export function readWanted(collections: readonly string[], dids: readonly string[], mostBytes: number): Wanted {
  const prefixes = collections.filter((name) => name.endsWith('.*')).map((name) => name.slice(0, -1))
  const names = new Set(collections.filter((name) => !name.endsWith('.*')))
  for (const name of names) if (!isNsid(name)) throw new Error(`invalid subscriber options: invalid collection: ${name}`)
  if (!dids.every(isDid)) throw new Error('invalid subscriber options')
  const distinct = new Set(dids)
  if (distinct.size > MOST_DIDS) throw new Error('invalid subscriber options: too many wanted DIDs')
  if (names.size + prefixes.length > MOST_COLLECTIONS) throw new Error('invalid subscriber options: too many wanted collections')
  return { ...(collections.length > 0 && { collections: { names, prefixes } }), dids: distinct, mostBytes }
}

/** Whether an event passes. Identity and account events have no collection and pass every filter of collections. */
export function wants({ collections, dids, mostBytes }: Wanted, { did, collection, text }: LoggedEvent): boolean {
  if (collections && collection !== undefined && !collections.names.has(collection)) {
    if (!collections.prefixes.some((prefix) => collection.startsWith(prefix))) return false
  }
  if (dids.size > 0 && !dids.has(did)) return false
  return mostBytes === 0 || Buffer.byteLength(text) <= mostBytes
}
