/** What a run over so many pieces took, in any unit. */
export interface Run {
  pieces: number
  took: number
}

/** What one more piece takes: what a process needs to start and to end is in both runs alike. */
export function slope(short: Run, long: Run): number {
  if (!(short.pieces < long.pieces)) throw new Error(`no slope from ${short.pieces} to ${long.pieces} pieces`)
  return (long.took - short.took) / (long.pieces - short.pieces)
}

/** What all pieces take, when some of them took so much and one is like another. */
export function scaled({ pieces, took }: Run, all: number): number {
  if (!(pieces > 0)) throw new Error(`nothing to be scaled: ${pieces} pieces`)
  return (took * all) / pieces
}
