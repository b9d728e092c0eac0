import { createAccount, type SignedIn } from './accounts.ts'
import type { VideoFolder } from './media-dirs.ts'
import { publishVideo, type PublishedVideo } from './publish-video.ts'

/** Who publishes what names no creator of its own, and what their profiles say. */
const CREATORS: Record<string, string> = {
  aurora: 'Light that moves: gradients, waves and slow colour.',
  basalt: 'Grids, fractals and other hard edges.',
  cirrus: 'Weather for screens.',
}

/** Creates the operator and every creator that a video names, by handle label. */
export async function createAccounts(pds: string, videos: readonly VideoFolder[], adminPassword: string): Promise<Map<string, SignedIn>> {
  const creators = new Set([...Object.keys(CREATORS), ...videos.flatMap(({ creator }) => creator ?? [])])
  const accounts = new Map<string, SignedIn>()
  for (const label of ['operator', ...creators]) {
    const description = label === 'operator' ? 'Publishes the bundles that run here.' : (CREATORS[label] ?? 'A demo creator.')
    accounts.set(label, await createAccount(pds, label, description, adminPassword))
  }
  return accounts
}

/** Publishes one after the other: commits to one repo follow each other. Videos without a creator go round the default ones. */
export async function publishAll(
  urls: { pds: string; streamplace: string },
  accounts: ReadonlyMap<string, SignedIn>,
  folders: readonly VideoFolder[],
): Promise<PublishedVideo[]> {
  const defaults = Object.keys(CREATORS)
  const videos: PublishedVideo[] = []
  for (const [ordinal, folder] of folders.entries()) {
    const creator = accounts.get(folder.creator ?? defaults[ordinal % defaults.length] ?? '')
    if (!creator) throw new Error(`${folder.folder}: no account for creator ${folder.creator}`)
    videos.push(await publishVideo(urls.pds, urls.streamplace, creator, folder, ordinal))
  }
  return videos
}
