import type { Instance } from './instance.ts'
import { APPVIEW, type Adjust } from './runner.ts'

/** The AppView, and what opens its operator's side. */
export interface AppView {
  url: string
  token: string
}

/** Asks one of its endpoints as its operator: with POST when there is a body. Fails unless the status is 200. */
export async function operateAppview<T>({ url, token }: AppView, call: string, body?: object): Promise<T> {
  const response = await fetch(`${url}/${call}`, {
    method: body ? 'POST' : 'GET',
    headers: { authorization: `Bearer ${token}`, ...(body && { 'content-type': 'application/json' }) },
    ...(body && { body: JSON.stringify(body) }),
    signal: AbortSignal.timeout(60_000),
  })
  const text = await response.text()
  if (response.status !== 200) throw new Error(`${call} answered ${response.status}: ${text.slice(0, 300)}`)
  return JSON.parse(text) as T
}

/** Has the video bundle list from the AppView, where that has something to list. */
export function listFromAppview({ runnerUrl }: Instance): Adjust {
  return (vars) => {
    const [vod, ...others] = JSON.parse(vars.BUNDLES) as { did: string; config: object }[]
    const APPVIEW_URL = `${runnerUrl}/bundle/${vod?.did}/${APPVIEW}/latest`
    return { ...vars, BUNDLES: JSON.stringify([{ ...vod, config: { ...vod?.config, APPVIEW_URL } }, ...others]) }
  }
}

/** Makes the database ready and has these accounts indexed. */
export async function indexCreators(appview: AppView, dids: readonly string[]): Promise<void> {
  await operateAppview(appview, 'init', {})
  for (const did of dids) {
    await operateAppview(appview, 'registerCreator', { did })
    await operateAppview(appview, 'triggerSync', { did })
  }
}
