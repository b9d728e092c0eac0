/** A failed XRPC call: the method, the status and the server's words. */
export class XrpcFailure extends Error {
  readonly status: number
  readonly code: string

  constructor(method: string, status: number, code: string, message: string) {
    super(`${method}: ${status} ${code}: ${message}`)
    this.status = status
    this.code = code
  }
}

/** Calls an XRPC procedure of `service` with a JSON body. `authorization` is the whole header value. */
export async function procedure<T>(service: string, method: string, input: object, authorization?: string): Promise<T> {
  const response = await fetch(`${service}/xrpc/${method}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...(authorization && { authorization }) },
    body: JSON.stringify(input),
    signal: AbortSignal.timeout(30_000),
  })
  const text = await response.text()
  if (!response.ok) {
    const { error = 'Unknown', message = text } = parseOr(text, {}) as { error?: string; message?: string }
    throw new XrpcFailure(method, response.status, error, message)
  }
  return parseOr(text, {}) as T
}

function parseOr(text: string, otherwise: unknown): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return otherwise
  }
}
