import { eventClock } from './event.ts'
import { EventLog } from './event-log.ts'
import { RepoIndex } from './repo-index.ts'
import { StreamFaults } from './stream-faults.ts'

/** What is known of the PDS, shared by who fills it (`follow`) and who answers from it (`streamServer`). */
export interface Feed {
  log: EventLog
  repos: RepoIndex
  faults: StreamFaults
  timeOf: (time: string) => number
  /** The number of the last frame that was taken in; 0 before the first. */
  seq: number
  /** Whether the PDS is connected. */
  connected: boolean
}

/** A feed that has seen nothing. */
export function emptyFeed(mostEvents?: number): Feed {
  return { log: new EventLog(mostEvents), repos: new RepoIndex(), faults: new StreamFaults(), timeOf: eventClock(), seq: 0, connected: false }
}
