/** A page of a list, and where it goes on. */
export interface Page<T> {
  items: T[]
  /** The time and address of its last item; absent on the last page. */
  cursor?: string
}

const CURSOR = /^(\d+)::(at:\/\/.+)$/

/** A page, newest first, of items that have an address and a time in ms. A malformed cursor gives undefined. */
export function pageOf<T extends { uri: string }>(all: readonly T[], timeOf: (item: T) => number, limit: number, cursor: string | undefined): Page<T> | undefined {
  const match = cursor === undefined ? undefined : CURSOR.exec(cursor)
  if (match === null) return undefined
  const after: Position = match ? [Number(match[1]), match[2] ?? ''] : [Infinity, '']
  const rest = all
    .map((item) => ({ item, position: [timeOf(item), item.uri] as Position }))
    .sort((a, b) => -compare(a.position, b.position))
    .filter(({ position }) => match === undefined || compare(position, after) < 0)
  const page = rest.slice(0, limit)
  const last = page.at(-1)
  return { items: page.map(({ item }) => item), ...(last && rest.length > limit && { cursor: last.position.join('::') }) }
}

type Position = [time: number, uri: string]

function compare(a: Position, b: Position): number {
  return a[0] - b[0] || (a[1] < b[1] ? -1 : a[1] > b[1] ? 1 : 0)
}
