import type { JetstreamEvent } from './event.ts'

/**
 * How the stream shall go wrong. Faults with `after` strike the next connection once it was sent that many events, or the next `times`
 * connections; without it they strike all that are open, now.
 */
export type StreamFault =
  | ConnectionFault
  /** The next `events` events, or those of them whose JSON contains `match`, never get into the stream: a gap. The list
   * of repos follows them all the same. */
  | { stream: 'skip'; events: number; match?: string }
  /** All but the newest `keep` events can no longer be replayed. */
  | { stream: 'forget'; keep: number }
  /** The next `times` connections (1 by default) whose cursor is older than `before` (any, by default) are refused with 400. */
  | { stream: 'refuse-cursor'; before?: number; times?: number }

/** A fault of one connection. */
export type ConnectionFault = { after?: number; times?: number } & (
  /** The connection breaks, or is closed with a code and a reason. */
  | { stream: 'drop'; code?: number; reason?: string }
  /** The connection stays open and silent until the faults are cleared. Without `after`, so do connections still to come. */
  | { stream: 'stall' }
  /** A message that is no event: `text`, by default JSON that is cut off. */
  | { stream: 'garbage'; text?: string; binary?: boolean }
  /** The last `events` events are sent once more, before what follows. */
  | { stream: 'repeat'; events: number }
)

/** The numbers that each fault can't do without. */
const NEEDED: Record<StreamFault['stream'], readonly string[]> = {
  drop: [],
  stall: [],
  garbage: [],
  repeat: ['events'],
  skip: ['events'],
  forget: ['keep'],
  'refuse-cursor': [],
}
const COUNTS = ['after', 'times', 'events', 'keep', 'before', 'code']

/** The faults of the stream that wait to strike. */
export class StreamFaults {
  #planned: { fault: ConnectionFault; left: number }[] = []
  #gaps: { match: string; left: number }[] = []
  #refused: { before: number; left: number }[] = []
  /** Whether every connection is silent. */
  stalled = false

  /** Keeps a fault for later, or gives it back when it strikes the open connections now. */
  add(fault: Exclude<StreamFault, { stream: 'forget' }>): ConnectionFault | undefined {
    if (fault.stream === 'skip') this.#gaps.push({ match: fault.match ?? '', left: fault.events })
    else if (fault.stream === 'refuse-cursor') this.#refused.push({ before: fault.before ?? Infinity, left: fault.times ?? 1 })
    else if (fault.after !== undefined) this.#planned.push({ fault, left: fault.times ?? 1 })
    else if (fault.stream === 'stall') this.stalled = true
    else return fault
    return undefined
  }

  clear(): void {
    this.#planned = []
    this.#gaps = []
    this.#refused = []
    this.stalled = false
  }

  /** Takes the faults of a connection that opens. */
  planned(): ConnectionFault[] {
    const faults = this.#planned.map(({ fault }) => fault)
    this.#planned = this.#planned.filter((plan) => --plan.left > 0)
    return faults
  }

  /** Whether an event gets lost on its way into the stream. */
  swallows(event: JetstreamEvent): boolean {
    if (this.#gaps.length === 0) return false
    const text = JSON.stringify(event)
    return use(this.#gaps, ({ match }) => text.includes(match))
  }

  /** Whether a connection with this cursor is refused. */
  refuses(cursor: number): boolean {
    return use(this.#refused, ({ before }) => cursor < before)
  }
}

/** Finds what strikes and counts it down. */
function use<T extends { left: number }>(waiting: T[], strikes: (item: T) => boolean): boolean {
  const item = waiting.find((item) => item.left > 0 && strikes(item))
  if (item) item.left--
  return item !== undefined
}

/** Reads a fault from JSON. Throws when it is none. */
export function readStreamFault(value: object): StreamFault {
  const { stream, ...rest } = value as { stream: StreamFault['stream'] } & Record<string, unknown>
  if (!Object.hasOwn(NEEDED, stream)) throw new Error(`no fault of the stream is called ${JSON.stringify(stream)}`)
  for (const name of [...NEEDED[stream], ...COUNTS.filter((name) => name in rest)]) {
    const count = rest[name]
    if (!Number.isSafeInteger(count) || Number(count) < 0) throw new Error(`${name} is ${JSON.stringify(count)}: expected a whole number`)
  }
  return value as StreamFault
}
