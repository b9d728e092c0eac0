import type { Refusal } from '~/account/session.ts'
import { COMMENTS, commentRecord, type Comment, type CommentPage } from '#shared/comments.ts'
import { getComments } from '#shared/comments-client.ts'
import { parseRecordUri } from '#shared/at-uri.ts'
import { fields, optional } from '#shared/foreign.ts'
import { COM_ATPROTO_REPO_CREATE_RECORD, COM_ATPROTO_REPO_DELETE_RECORD } from '#shared/nsid.ts'
import { bundleUrl } from '#shared/vod-client.ts'

const PAGE_SIZE = 25

/**
 * The comments on a video: those that the index has from `cursor` on, and what the viewer just said or took back, of which
 * the index hears seconds later.
 */
export function useComments(video: string, cursor: Ref<string | undefined>) {
  const { runnerUrl, vodBundle } = useRuntimeConfig().public
  const bundle = bundleUrl(runnerUrl, vodBundle)
  const { viewer, call } = useAccount()
  const { data, status, refresh } = useAsyncData(() => `comments:${video}:${cursor.value ?? ''}`, () => getComments(bundle, { uri: video, limit: PAGE_SIZE, cursor: cursor.value }), { lazy: true })
  const said = ref<Comment[]>([])
  const gone = ref(new Set<string>())
  const later = ref<CommentPage[]>([])
  const fetching = ref(false)
  /** Whether a further page couldn't be had. */
  const stuck = ref(false)

  watch(cursor, () => {
    later.value = []
  })

  const fault = computed(() => (data.value?.ok === false ? data.value.fault : undefined))
  const pages = computed(() => (data.value?.ok ? [data.value.value, ...later.value] : []))
  const next = computed(() => pages.value.at(-1)?.cursor)
  const comments = computed(() => {
    const all = [...said.value, ...pages.value.flatMap((page) => page.comments)]
    const byUri = new Map<string, Comment>()
    // What the index says of a comment counts more, but it stays where it was first.
    for (const comment of all) if (!gone.value.has(comment.uri)) byUri.set(comment.uri, comment)
    return [...byUri.values()]
  })

  /** Adds the next page to those that are there. */
  async function more() {
    if (fetching.value || next.value === undefined) return
    fetching.value = true
    const page = await getComments(bundle, { uri: video, limit: PAGE_SIZE, cursor: next.value })
    if (page.ok) later.value.push(page.value)
    stuck.value = !page.ok
    fetching.value = false
  }

  /** Says something, be it in answer; why it could not be said, if so. */
  async function say(text: string, answered: Comment | undefined): Promise<Refusal | undefined> {
    const author = viewer.value
    if (!author) return 'ended'
    const now = new Date()
    const record = commentRecord(text, video, answered, now)
    const answer = await call(COM_ATPROTO_REPO_CREATE_RECORD, { input: { repo: author.did, collection: COMMENTS, record } })
    if (!answer.ok) return answer.why
    const { uri, cid } = fields<{ uri: string; cid: string }>(answer.body) ?? {}
    const address = typeof uri === 'string' ? parseRecordUri(uri) : undefined
    if (!address || typeof cid !== 'string') return 'away'
    const { did, handle, displayName, avatar } = author
    said.value.unshift({
      uri: uri as string,
      cid,
      rkey: address.rkey,
      author: { did, ...optional('handle', handle), ...optional('displayName', displayName), ...optional('avatar', avatar) },
      text,
      createdAt: now.toISOString(),
      likeCount: 0,
      ...(answered && { root: answered.root ?? { uri: answered.uri, cid: answered.cid }, parent: answered.uri, replyTo: { author: answered.author, text: answered.text } }),
    })
  }

  /** Takes back a comment of the viewer's own; why it could not be, if so. */
  async function takeBack({ uri, rkey }: Comment): Promise<Refusal | undefined> {
    const repo = viewer.value?.did
    if (repo === undefined) return 'ended'
    const answer = await call(COM_ATPROTO_REPO_DELETE_RECORD, { input: { repo, collection: COMMENTS, rkey } })
    if (!answer.ok) return answer.why
    gone.value.add(uri)
  }

  return { comments, fault, status, refresh, next, more, fetching, stuck, say, takeBack }
}
