/** One ISO BMFF box: its four-letter type and what follows its header. */
export interface Box {
  type: string
  body: Buffer
}

/** The boxes that lie whole in `bytes`, in order; a last one that is cut off is left out. */
export function* boxesIn(bytes: Buffer): Generator<Box> {
  let at = 0
  while (at + 8 <= bytes.length) {
    const small = bytes.readUInt32BE(at)
    if (small === 1 && at + 16 > bytes.length) return
    const header = small === 1 ? 16 : 8
    const size = small === 0 ? bytes.length - at : small === 1 ? Number(bytes.readBigUInt64BE(at + 8)) : small
    if (size < header || at + size > bytes.length) return
    yield { type: bytes.toString('latin1', at + 4, at + 8), body: bytes.subarray(at + header, at + size) }
    at += size
  }
}

/** The first box at the end of `path`, going down from the boxes in `bytes`. */
export function findBox(bytes: Buffer, ...path: string[]): Buffer | undefined {
  const [type, ...rest] = path
  for (const box of boxesIn(bytes)) {
    if (box.type !== type) continue
    const found = rest.length > 0 ? findBox(box.body, ...rest) : box.body
    if (found) return found
  }
  return undefined
}
