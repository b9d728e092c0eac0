const ALPHABET = '234567abcdefghijklmnopqrstuvwxyz'
/** Any ten bits: one writer per local network. */
const CLOCK_ID = 0x2a7n

/** A timestamp identifier (https://atproto.com/specs/tid) for a time in microseconds since 1970. */
export function tidAt(microseconds: bigint): string {
  let bits = (microseconds << 10n) | CLOCK_ID
  let text = ''
  for (let letter = 0; letter < 13; letter++) {
    text = `${ALPHABET[Number(bits & 31n)]}${text}`
    bits >>= 5n
  }
  return text
}
