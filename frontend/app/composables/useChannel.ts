import type { Refusal } from '~/account/session.ts'
import { audienceOf, type Listing } from '#shared/appview.ts'
import { findListing, getStats, setRegistered } from '#shared/appview-client.ts'
import type { Fault } from '#shared/fault.ts'
import { fields } from '#shared/foreign.ts'
import { COM_ATPROTO_SERVER_GET_SERVICE_AUTH } from '#shared/nsid.ts'
import { bundleUrl } from '#shared/vod-client.ts'

/** How the AppView keeps the viewer's channel, and the viewer's word to it. */
export function useChannel() {
  const { runnerUrl, appviewBundle } = useRuntimeConfig().public
  const bundle = bundleUrl(runnerUrl, appviewBundle)
  const audience = audienceOf(appviewBundle)
  const { viewer, call } = useAccount()
  /** `null` when it doesn't keep it, `undefined` until that is known. */
  const listing = ref<Listing | null>()
  const stats = ref<{ videos: number; creators: number }>()
  const fault = ref<Fault>()
  const refusal = ref<Refusal | 'unheard'>()
  const busy = ref(false)

  async function look() {
    const did = viewer.value?.did
    if (did === undefined) return
    const [found, total] = await Promise.all([findListing(bundle, did), getStats(bundle)])
    listing.value = found.ok ? found.value : undefined
    fault.value = found.ok ? undefined : found.fault
    stats.value = total.ok ? total.value : undefined
  }

  /** Adds the viewer's channel, or takes it away, by a token of their server for just that. */
  async function register(wanted: boolean) {
    const did = viewer.value?.did
    if (did === undefined || !audience || busy.value) return
    busy.value = true
    refusal.value = await registerAs(did, wanted)
    busy.value = false
  }

  async function registerAs(did: string, wanted: boolean): Promise<Refusal | 'unheard' | undefined> {
    const lxm = wanted ? audience!.register : audience!.unregister
    const answer = await call(COM_ATPROTO_SERVER_GET_SERVICE_AUTH, { parameters: { aud: audience!.service, lxm } })
    if (!answer.ok) return answer.why
    const token = fields<{ token: string }>(answer.body)?.token
    if (typeof token !== 'string') return 'away'
    const registered = await setRegistered(bundle, did, wanted, token)
    if (!registered.ok) return 'unheard'
    // What lists say may be some seconds old; this is not.
    if (registered.value) listing.value = { videos: 0, ...listing.value, did, registered: true }
    else listing.value = null
  }

  return { listing, stats, fault, refusal, busy, look, register, isThere: bundle !== undefined && audience !== undefined }
}
