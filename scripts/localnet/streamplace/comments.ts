import type { Comment, Reactions } from './reactions.ts'
import { recordUri, wholeNumber, XrpcError } from './xrpc.ts'

/** `place.stream.vod.getComments`. A video of which nobody has heard has none. */
export function getComments(reactions: Reactions, query: URLSearchParams): object {
  const { uri } = recordUri(query, 'video')
  const cursor = query.get('cursor') || undefined
  const page = reactions.page(uri, wholeNumber(query, 'limit', 1, 100) ?? 50, cursor)
  if (!page) throw new XrpcError(400, 'InvalidRequest', `parameter "cursor" is ${JSON.stringify(cursor)}: not one of ours`)
  return { comments: page.items.map((comment) => commentView(reactions, comment)), ...(page.cursor !== undefined && { cursor: page.cursor }) }
}

/** `place.stream.vod.defs#commentView`. */
function commentView(reactions: Reactions, comment: Comment): object {
  const parent = reactions.comment(comment.record.reply?.parent?.uri ?? '')
  const replyTo = parent && { $type: 'place.stream.vod.defs#commentViewBasic', ...basicView(reactions, parent) }
  return { $type: 'place.stream.vod.defs#commentView', ...basicView(reactions, comment), ...(replyTo && { replyTo }) }
}

function basicView(reactions: Reactions, { uri, cid, did, record, indexedAt }: Comment): object {
  return { uri, cid, author: reactions.author(did), record, indexedAt, likeCount: reactions.likes(uri) }
}
