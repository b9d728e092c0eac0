/** What a request's `Range` header asks of a resource: all of it, bytes `[start, end)`, or what can't be had. */
export type RangeAsked = 'whole' | 'unsatisfiable' | { start: number; end: number }

/**
 * Reads a `Range` header (RFC 9110, 14.2) the way upstream does: one range of bytes. Several ranges are unsatisfiable;
 * other units and malformed headers are ignored.
 */
export function rangeAsked(header: string | undefined, size: number): RangeAsked {
  const set = /^bytes=(.*)$/i.exec(header?.trim() ?? '')?.[1]
  if (set === undefined) return 'whole'
  if (set.includes(',')) return 'unsatisfiable'
  const [, first, last] = /^\s*(\d*)-(\d*)\s*$/.exec(set) ?? []
  if (first === undefined || last === undefined || first + last === '') return 'whole'
  if (first === '') {
    const length = Math.min(Number(last), size)
    return length > 0 ? { start: size - length, end: size } : 'unsatisfiable'
  }
  const start = Number(first)
  if (last !== '' && Number(last) < start) return 'whole'
  if (start >= size) return 'unsatisfiable'
  return { start, end: last === '' ? size : Math.min(Number(last) + 1, size) }
}
