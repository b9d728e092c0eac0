/** Reads of JSON that others wrote. */

export type Fields = Record<string, unknown>

/** The JSON in an output; programs may say other things before it. */
export function jsonIn(output: string): unknown {
  const start = output.search(/^[[{]/m)
  if (start < 0) return undefined
  try {
    return JSON.parse(output.slice(start))
  } catch {
    return undefined
  }
}

/** The fields of an object; none of anything else. */
export function fields(value: unknown): Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Fields) : {}
}

/** The items of an array; none of anything else. */
export function items(value: unknown): Fields[] {
  return Array.isArray(value) ? value.map(fields) : []
}

export function text(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined
}
