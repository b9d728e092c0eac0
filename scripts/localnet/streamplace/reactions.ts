import type { Told } from '../stream/frames.ts'
import type { Author } from './catalog.ts'
import { pageOf, type Page } from './page.ts'

/** A `place.stream.vod.comment` in a repo. */
export interface Comment {
  uri: string
  cid: string
  did: string
  record: { text: string; createdAt: string; video: string; reply?: { parent?: { uri?: string } } }
  /** When the repo's server told of it, as an ISO timestamp. */
  indexedAt: string
}

const COMMENT = 'place.stream.vod.comment'
const LIKE = 'place.stream.like'
const PROFILE = 'app.bsky.actor.profile'

/**
 * What people say of videos, as the frames of their server tell it: comments, likes, and who they are. Of each account one like of a subject
 * is taken; a second one is left out for good. What a server says of an imported repo as a whole is not read.
 */
export class Reactions {
  readonly #comments = new Map<string, Comment>()
  /** Who likes what, by the like's address. */
  readonly #likes = new Map<string, { did: string; subject: string }>()
  readonly #people = new Map<string, Partial<Author>>()

  /** Takes in what a frame says. */
  take(frame: Told): void {
    if (frame.kind === 'identity' && frame.handle !== undefined) this.#introduce(frame.did, { handle: frame.handle })
    if (frame.kind === 'account' && frame.status === 'deleted') this.#forget(frame.did)
    if (frame.kind !== 'commit') return
    const { did, time } = frame
    for (const { collection, rkey, record, cid = '' } of frame.writes) {
      const uri = `at://${did}/${collection}/${rkey}`
      if (collection === COMMENT) this.#comment({ uri, cid, did, indexedAt: time }, record)
      if (collection === LIKE) this.#like(uri, did, record)
      if (collection === PROFILE) this.#introduce(did, { displayName: textOf(record, 'displayName') ?? '' })
    }
  }

  /** Who an account is, as far as its server has told. */
  author(did: string): Author {
    const { handle, displayName } = this.#people.get(did) ?? {}
    return { did, handle: handle || 'handle.invalid', ...(displayName && { displayName }) }
  }

  comment(uri: string): Comment | undefined {
    return this.#comments.get(uri)
  }

  /** A page of the comments on a video, newest first. A malformed cursor gives undefined. */
  page(video: string, limit: number, cursor: string | undefined): Page<Comment> | undefined {
    const about = [...this.#comments.values()].filter(({ record }) => record.video === video)
    return pageOf(about, ({ record }) => Date.parse(record.createdAt), limit, cursor)
  }

  /** How many accounts like a record. */
  likes(subject: string): number {
    return [...this.#likes.values()].filter((like) => like.subject === subject).length
  }

  /** A comment that is new, edited, or gone when there is no record; what is none is left out. */
  #comment(place: Omit<Comment, 'record'>, record: unknown): void {
    this.#comments.delete(place.uri)
    const [text, createdAt, video] = ['text', 'createdAt', 'video'].map((name) => textOf(record, name))
    if (text === undefined || video === undefined || createdAt === undefined || Number.isNaN(Date.parse(createdAt))) return
    this.#comments.set(place.uri, { ...place, record: record as Comment['record'] })
  }

  #like(uri: string, did: string, record: unknown): void {
    this.#likes.delete(uri)
    const subject = textOf(record, 'subject')
    const known = [...this.#likes.values()].some((like) => like.did === did && like.subject === subject)
    if (subject !== undefined && !known) this.#likes.set(uri, { did, subject })
  }

  #introduce(did: string, told: Partial<Author>): void {
    this.#people.set(did, { ...this.#people.get(did), ...told })
  }

  #forget(did: string): void {
    this.#people.delete(did)
    for (const held of [this.#comments, this.#likes]) {
      for (const [uri, { did: owner }] of held) if (owner === did) held.delete(uri)
    }
  }
}

function textOf(record: unknown, name: string): string | undefined {
  const value = typeof record === 'object' && record !== null ? (record as Record<string, unknown>)[name] : undefined
  return typeof value === 'string' ? value : undefined
}
