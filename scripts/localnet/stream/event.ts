import type { Frame } from './frame.ts'

/** An event in the shape of Jetstream's v1 contract: the JSON of one message. `time_us` is the cursor, in microseconds of Unix time. */
export type JetstreamEvent = { did: string; time_us: number } & (
  | { kind: 'commit'; commit: CommitEvent }
  | { kind: 'identity'; identity: { did: string; handle?: string; seq: number; time: string } }
  | { kind: 'account'; account: { active: boolean; did: string; seq: number; status?: string; time: string } }
)

/** One write of one record; a delete has neither `record` nor `cid`. */
export interface CommitEvent {
  rev: string
  operation: 'create' | 'update' | 'delete'
  collection: string
  rkey: string
  record?: unknown
  cid?: string
}

/**
 * Gives each event its `time_us`, in ascending order without doubles. It is made of the time at which the PDS sequenced the event, where
 * Jetstream takes its own clock: so a restart, which reads the PDS from the start again, gives every event the cursor that it had.
 */
export function eventClock(): (time: string) => number {
  let last = 0
  return (time) => (last = Math.max(last + 1, Date.parse(time) * 1000))
}

/** What Jetstream makes of a frame: an event for each write of a commit, none for what v1 doesn't tell. */
export function eventsOf(frame: Frame, timeOf: (time: string) => number): JetstreamEvent[] {
  switch (frame.kind) {
    case 'commit': {
      const { did, rev, time } = frame
      // A record that isn't among the commit's blocks can't be told; Jetstream leaves such a write out, too.
      const told = frame.writes.filter(({ operation, record }) => operation === 'delete' || record !== undefined)
      return told.map((write) => ({ did, time_us: timeOf(time), kind: 'commit', commit: { rev, ...write } }))
    }
    case 'identity': {
      const { kind, ...identity } = frame
      return [{ did: frame.did, time_us: timeOf(frame.time), kind, identity }]
    }
    case 'account': {
      const { kind, ...account } = frame
      return [{ did: frame.did, time_us: timeOf(frame.time), kind, account }]
    }
    default:
      return []
  }
}
