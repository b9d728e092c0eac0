import type { Answer, Settings } from '~/account/session.ts'
import { parseViewer, type Viewer } from '#shared/viewer.ts'

/** Under this name the browser remembers who is signed in, for all tabs of this site. */
export const VIEWER_KEY = 'streamhut-viewer'

/**
 * Who is signed in: `undefined` until the page has looked, which it does after it has become alive, so that it is first what
 * the server sent; `null` when nobody is. What needs the OAuth library loads it when it is called.
 */
export function useAccount() {
  const viewer = useState<Viewer | null | undefined>('viewer', () => undefined)
  /** A session ended without having been asked to; nobody was told yet. */
  const ended = useState('session-ended', () => false)
  const { appviewBundle, handleResolver, plcUrl } = useRuntimeConfig().public
  const settings: Settings = { appviewBundle, handleResolver, plcUrl }

  /** Looks for who this browser remembers. */
  function look() {
    viewer.value = remembered()
  }

  function remember(somebody: Viewer | null) {
    viewer.value = somebody
    if (somebody) ended.value = false
    try {
      if (somebody) localStorage.setItem(VIEWER_KEY, JSON.stringify(somebody))
      else localStorage.removeItem(VIEWER_KEY)
    } catch {
      // A browser that keeps nothing forgets the viewer with the page.
    }
  }

  /** Calls a method of the viewer's server. When their session turns out to be over, they are signed out and told. */
  async function call(method: string, message: { parameters?: Record<string, string>; input?: object }): Promise<Answer> {
    const did = viewer.value?.did
    if (did === undefined) return { ok: false, why: 'ended' }
    const session = await loadSession()
    if (!session) return { ok: false, why: 'away' }
    const answer = await session.call(did, method, message, settings)
    if (!answer.ok && answer.why === 'ended') {
      remember(null)
      ended.value = true
    }
    return answer
  }

  async function signOut() {
    const did = viewer.value?.did
    remember(null)
    if (did !== undefined) await (await loadSession())?.end(did, settings)
  }

  return { viewer, ended, settings, look, remember, call, signOut }
}

/** The part that knows OAuth; `undefined` when it can't be fetched. */
export async function loadSession(): Promise<typeof import('~/account/session.ts') | undefined> {
  if (import.meta.server) return undefined
  return import('~/account/session.ts').catch(() => undefined)
}

function remembered(): Viewer | null {
  try {
    return parseViewer(JSON.parse(localStorage.getItem(VIEWER_KEY) ?? 'null')) ?? null
  } catch {
    return null
  }
}
