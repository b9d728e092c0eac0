/** A security check, and how to take it out. */
export interface Check {
  /** Kinds of bad input that it guards against: the NN of tests named `bad_input_NN_…`. */
  kinds: readonly number[]
  /** What gets through without it. */
  lets: string
  /** From the root. */
  file: string
  /** The check as it stands in the file, once. */
  text: string
  /** What stands in its place while it is out. */
  without: string
  /** The tests that have to miss it: arguments of `cargo test`. */
  tests: string
}

/** What differs between the checks of one file: kinds, what gets through, the check, what stands in its place. */
export type Row = [kinds: number | readonly number[], lets: string, text: string, without: string]

/** The checks of one file. */
export function checksOf(file: string, tests: string, rows: readonly Row[]): Check[] {
  return rows.map(([kinds, lets, text, without]) => ({ kinds: typeof kinds === 'number' ? [kinds] : kinds, lets, file, text, without, tests }))
}
