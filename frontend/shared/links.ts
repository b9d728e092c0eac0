/** A piece of a description: plain text, or an http(s) address to link. */
export type TextPart = { kind: 'text'; text: string } | { kind: 'link'; text: string; href: string }

const ADDRESS = /https?:\/\/[^\s<>"'`\u0000-\u001f\u2028\u2029\u202a-\u202e\u2066-\u2069]+/gi

/**
 * Cuts foreign text into plain parts and links. Nothing is lost: the parts' texts joined are the text.
 * Only http and https become links; an address with a user name in front of its host stays text,
 * because it reads as a host that it does not lead to.
 */
export function splitLinks(text: string): TextPart[] {
  const parts: TextPart[] = []
  let end = 0
  for (const match of text.matchAll(ADDRESS)) {
    const address = trimAddress(match[0])
    const href = safeHref(address)
    if (href === undefined) continue
    pushText(parts, text.slice(end, match.index))
    parts.push({ kind: 'link', text: address, href })
    end = match.index + address.length
  }
  pushText(parts, text.slice(end))
  return parts
}

function pushText(parts: TextPart[], text: string): void {
  if (text !== '') parts.push({ kind: 'text', text })
}

/** Leaves off the punctuation that ends a sentence, and a bracket that was opened before the address. */
function trimAddress(address: string): string {
  let end = address.length
  for (;;) {
    const last = address.charAt(end - 1)
    const unopened = (last === ')' || last === ']') && !isBalanced(address.slice(0, end), last)
    if (!unopened && !/[.,;:!?…]/.test(last)) return address.slice(0, end)
    end -= 1
  }
}

function isBalanced(address: string, close: ')' | ']'): boolean {
  const open = close === ')' ? '(' : '['
  return address.split(open).length >= address.split(close).length
}

function safeHref(address: string): string | undefined {
  if (!URL.canParse(address)) return undefined
  const url = new URL(address)
  const web = url.protocol === 'http:' || url.protocol === 'https:'
  return web && url.username === '' && url.password === '' ? url.href : undefined
}
