import type { Frame } from './frame.ts'

/** A record's place in its repo. */
export interface RecordPath {
  collection: string
  rkey: string
}

/** Which repos have records of which collections, as the stream tells it. */
export class RepoIndex {
  /** Record keys, by collection and DID. Neither map nor set is ever empty. */
  readonly #keys = new Map<string, Map<string, Set<string>>>()
  readonly #inactive = new Set<string>()
  readonly #revs = new Map<string, string>()

  /** Takes in what a frame says. */
  take(frame: Frame): void {
    if (frame.kind === 'commit') {
      this.#revs.set(frame.did, frame.rev)
      for (const { operation, collection, rkey } of frame.writes) {
        if (operation === 'delete') this.#remove(frame.did, collection, rkey)
        else this.#add(frame.did, collection, rkey)
      }
    } else if (frame.kind === 'account') {
      if (frame.active) this.#inactive.delete(frame.did)
      else this.#inactive.add(frame.did)
      if (frame.status === 'deleted') this.replace(frame.did, '', [])
    }
  }

  /** Whether commits have told of all that is in a repo at a revision. */
  knows(did: string, rev: string): boolean {
    return this.#revs.get(did) === rev
  }

  /** Forgets what was known of a repo, and takes in all of its records. */
  replace(did: string, rev: string, records: readonly RecordPath[]): void {
    for (const [collection, repos] of this.#keys) for (const rkey of repos.get(did) ?? []) this.#remove(did, collection, rkey)
    for (const { collection, rkey } of records) this.#add(did, collection, rkey)
    this.#revs.set(did, rev)
  }

  /** The active repos with at least one record of a collection, by DID, `limit` at most, after the DID `after`. */
  page(collection: string, limit: number, after = ''): { dids: string[]; more: boolean } {
    const all = [...(this.#keys.get(collection)?.keys() ?? [])].filter((did) => !this.#inactive.has(did) && did > after).sort()
    return { dids: all.slice(0, limit), more: all.length > limit }
  }

  #add(did: string, collection: string, rkey: string): void {
    const repos = this.#keys.get(collection) ?? new Map<string, Set<string>>()
    this.#keys.set(collection, repos.set(did, (repos.get(did) ?? new Set()).add(rkey)))
  }

  #remove(did: string, collection: string, rkey: string): void {
    const repos = this.#keys.get(collection)
    const keys = repos?.get(did)
    keys?.delete(rkey)
    if (keys?.size === 0) repos?.delete(did)
    if (repos?.size === 0) this.#keys.delete(collection)
  }
}
