import type { PublishedVideo } from '../publish/publish-video.ts'
import { picture } from './pictures.ts'
import { get } from './requests.ts'

/** Reads a share page as a crawler would: its title, and its picture. `bundle` is the base of the bundle's endpoints. */
export async function sharePage(bundle: string, { uri, title }: PublishedVideo): Promise<string> {
  const { text, type } = await get(`${bundle}/shareVideo?${new URLSearchParams({ uri })}`, 'text/html')
  if (!type.startsWith('text/html')) throw new Error(`content-type ${type}`)
  const content = (property: string) => new RegExp(`<meta property="${property}" content="([^"]*)">`).exec(text)?.[1]
  const [named, address] = [content('og:title'), content('og:image')]
  if (named === undefined || !title.startsWith(plain(named).replace(/…$/, ''))) throw new Error(`og:title is ${JSON.stringify(named)}`)
  if (address === undefined) throw new Error('200, without og:image')
  const { width, height, bytes } = await picture(plain(address))
  if (width !== 1200 || height !== 630) throw new Error(`a share picture of ${width}x${height}`)
  return `200, with its title and a picture of ${width}x${height}, ${bytes.length} bytes`
}

/** An attribute's text. */
function plain(attribute: string): string {
  const named: Record<string, string> = { amp: '&', lt: '<', gt: '>', quot: '"' }
  return attribute.replace(/&(?:#(\d+)|([a-z]+));/g, (whole, code?: string, name?: string) => (code ? String.fromCodePoint(Number(code)) : (named[name ?? ''] ?? whole)))
}
