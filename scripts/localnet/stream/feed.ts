import { eventClock } from './event.ts'
import { EventLog } from './event-log.ts'
import type { Progress } from './frames.ts'
import { RepoIndex } from './repo-index.ts'
import { StreamFaults } from './stream-faults.ts'

/** What is known of the PDS, shared by who fills it (`follow`) and who answers from it (`streamServer`). */
export interface Feed extends Progress {
  log: EventLog
  repos: RepoIndex
  faults: StreamFaults
  timeOf: (time: string) => number
}

/** A feed that has seen nothing. */
export function emptyFeed(mostEvents?: number): Feed {
  return { log: new EventLog(mostEvents), repos: new RepoIndex(), faults: new StreamFaults(), timeOf: eventClock(), seq: 0, connected: false }
}
