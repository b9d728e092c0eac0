import { PLACE_STREAM_VIDEO } from './nsid.ts'

/** The collection whose records are the videos of this site (the Streamplace lexicon). */
export const VIDEO_COLLECTION = PLACE_STREAM_VIDEO

/** The parts of `at://did/collection/rkey` (AT Protocol, "AT URI scheme", restricted form). */
export type RecordAddress = { did: string; collection: string; rkey: string }

const DID = /^did:[a-z]+:[A-Za-z0-9._:%-]*[A-Za-z0-9._-]$/
const HANDLE = /^([A-Za-z0-9]([A-Za-z0-9-]{0,61}[A-Za-z0-9])?\.)+[A-Za-z]([A-Za-z0-9-]{0,61}[A-Za-z0-9])?$/
const NSID = /^[a-zA-Z][a-zA-Z0-9-]*(\.[a-zA-Z0-9-]+){2,}$/
const RKEY = /^[A-Za-z0-9._:~-]{1,512}$/

/** True for a DID by the AT Protocol's grammar, of at most 2048 characters. */
export function isDid(text: string): boolean {
  return text.length <= 2048 && DID.test(text)
}

/** True for a handle by the AT Protocol's grammar. */
export function isHandle(text: string): boolean {
  return text.length <= 253 && HANDLE.test(text)
}

/** True for a record key by the AT Protocol's grammar: `.` and `..` are not keys. */
export function isRecordKey(text: string): boolean {
  return RKEY.test(text) && text !== '.' && text !== '..'
}

/** Takes a record's at-uri apart; `undefined` where a part is missing or malformed. */
export function parseRecordUri(uri: string): RecordAddress | undefined {
  const match = /^at:\/\/([^/?#]+)\/([^/?#]+)\/([^/?#]+)$/.exec(uri)
  if (!match) return undefined
  const [, did = '', collection = '', rkey = ''] = match
  return isDid(did) && NSID.test(collection) && isRecordKey(rkey) ? { did, collection, rkey } : undefined
}

/** The at-uri of the video that `/watch/{did}/{rkey}` names; `undefined` for a malformed name. */
export function videoUri(did: string, rkey: string): string | undefined {
  return isDid(did) && isRecordKey(rkey) ? `at://${did}/${VIDEO_COLLECTION}/${rkey}` : undefined
}
