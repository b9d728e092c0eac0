import { parseCommentPage, type CommentPage } from './comments.ts'
import type { Outcome } from './fault.ts'
import { askAt, endpointUrl, type BundleUrl, type CallOptions, type ParametersOf } from './vod-client.ts'

/** No page waits longer: comments come below the video, and can be asked for again. */
const TIMEOUT_MS = 3_000

/** A page of what people said of a video, newest first. */
export function getComments(bundle: BundleUrl | undefined, query: ParametersOf<'getComments'>, options?: CallOptions): Promise<Outcome<CommentPage>> {
  const address = bundle && endpointUrl(bundle, 'getComments', { ...query, cursor: query.cursor || undefined })
  return askAt(address, 'getComments', parseCommentPage, {}, { timeoutMs: TIMEOUT_MS, ...options })
}
