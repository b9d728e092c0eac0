import type { JetstreamEvent } from './event.ts'

/** An event as it is kept: what filters look at, and the message. */
export interface LoggedEvent {
  timeUs: number
  did: string
  /** Missing for identity and account events. */
  collection?: string
  text: string
}

/** How many events can be replayed, unless told otherwise. */
const MOST_KEPT = 50_000

/** The newest events in ascending order of `time_us`. Positions count from the first event ever and stay valid while older ones are dropped. */
export class EventLog {
  readonly #most: number
  readonly #readers = new Set<() => void>()
  #kept: LoggedEvent[] = []
  #dropped = 0

  constructor(most = MOST_KEPT) {
    this.#most = most
  }

  /** The position of the oldest event that is kept. */
  get first(): number {
    return this.#dropped
  }

  /** The position that the next event will have. */
  get end(): number {
    return this.#dropped + this.#kept.length
  }

  /** The newest event's `time_us`. */
  get newest(): number | undefined {
    return this.#kept.at(-1)?.timeUs
  }

  at(position: number): LoggedEvent | undefined {
    return this.#kept[position - this.#dropped]
  }

  /** The position of the first kept event at or after a cursor: Jetstream's cursors include the event that they name. */
  positionAt(timeUs: number): number {
    const index = this.#kept.findIndex((event) => event.timeUs >= timeUs)
    return index < 0 ? this.end : this.#dropped + index
  }

  append(event: JetstreamEvent): void {
    const { did, time_us: timeUs } = event
    this.#kept.push({ timeUs, did, ...(event.kind === 'commit' && { collection: event.commit.collection }), text: JSON.stringify(event) })
    // In strides: cutting an array for each event would cost its whole length each time.
    if (this.#kept.length > this.#most * 1.1) this.keep(this.#most)
    for (const read of this.#readers) read()
  }

  /** Drops all but the newest `count` events. */
  keep(count: number): void {
    const surplus = Math.max(0, this.#kept.length - count)
    this.#kept.splice(0, surplus)
    this.#dropped += surplus
  }

  /** Calls `read` after each new event, until the function that it gives is called. */
  onGrowth(read: () => void): () => void {
    this.#readers.add(read)
    return () => void this.#readers.delete(read)
  }
}
