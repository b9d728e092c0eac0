/** One measured comparison. */
export interface Row {
  name: string
  /** What is compared, in words. */
  what: string
  unit: string
  /** Our figure; less is better. */
  ours: number
  /** The figure that it is held against, taken in the same run. */
  peer: number
  /** `ours / peer`. */
  ratio: number
  /** The ratio that we want to stay under, where there is one. */
  limit?: number
}

/** A row with its ratio. Figures keep four digits: the rest is noise. */
export function row(fields: Omit<Row, 'ratio'>): Row {
  const { name, what, unit, ours, peer, limit } = fields
  return { name, what, unit, ours: digits(ours), peer: digits(peer), ratio: digits(ours / peer), ...(limit !== undefined && { limit }) }
}

/** Rows for people: a line each, and below it what is compared. */
export function table(rows: readonly Row[]): string {
  const cells = rows.map(({ name, unit, ours, peer, ratio, limit }) => [
    name,
    shown(ours),
    shown(peer),
    unit,
    shown(ratio),
    limit === undefined ? '' : `${ratio <= limit ? '✓' : '✗'} at most ${limit}`,
  ])
  const lines = [['', 'ours', 'peer', '', 'ratio', ''], ...cells]
  const widths = [0, 1, 2, 3, 4, 5].map((column) => Math.max(...lines.map((line) => line[column]?.length ?? 0)))
  const written = lines.map((line) =>
    line.map((cell, column) => (column === 0 || column === 3 || column === 5 ? cell.padEnd(widths[column] ?? 0) : cell.padStart(widths[column] ?? 0))).join('  ').trimEnd(),
  )
  const words = rows.map(({ name, what }) => `  ${name}: ${what}`)
  return [...written, '', ...words].join('\n')
}

function digits(figure: number): number {
  return Number(figure.toPrecision(Math.max(4, Math.ceil(Math.log10(Math.abs(figure) + 1)))))
}

function shown(figure: number): string {
  return figure.toLocaleString('en', { maximumSignificantDigits: 6 })
}
