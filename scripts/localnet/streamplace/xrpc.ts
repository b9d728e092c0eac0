import type { IncomingMessage, ServerResponse } from 'node:http'

/** An answer `{error, message}` of the XRPC convention, with its status. */
export class XrpcError extends Error {
  readonly status: number
  readonly code: string

  constructor(status: number, code: string, message: string) {
    super(message)
    this.status = status
    this.code = code
  }
}

/** Lets every origin read every answer. */
export function allowEveryOrigin(response: ServerResponse): void {
  response.setHeader('access-control-allow-origin', '*')
  response.setHeader('access-control-expose-headers', 'Content-Length, Content-Range, Accept-Ranges, ETag, Location, Retry-After')
  response.setHeader('cross-origin-resource-policy', 'cross-origin')
}

/** Answers a preflight. */
export function answerPreflight(response: ServerResponse): void {
  response.writeHead(204, {
    'access-control-allow-methods': 'GET, HEAD, POST, OPTIONS',
    'access-control-allow-headers': '*, Range, If-None-Match, Content-Type',
    'access-control-max-age': '86400',
  })
  response.end()
}

/** Ends with a text body; HEAD gets the headers alone. */
export function answerText(request: IncomingMessage, response: ServerResponse, status: number, type: string, text: string): void {
  const body = Buffer.from(text)
  response.writeHead(status, { 'content-type': type, 'content-length': body.length })
  response.end(request.method === 'HEAD' ? undefined : body)
}

/** Ends with a JSON body. */
export function answerJson(request: IncomingMessage, response: ServerResponse, status: number, value: unknown): void {
  answerText(request, response, status, 'application/json; charset=utf-8', JSON.stringify(value))
}

/** Ends with an error; what is no `XrpcError` is a 500 that is told to the log alone. */
export function answerError(request: IncomingMessage, response: ServerResponse, error: unknown): void {
  if (response.headersSent) {
    response.destroy()
    return
  }
  if (!(error instanceof XrpcError)) console.error(request.url, error)
  const { status, code, message } =
    error instanceof XrpcError ? error : { status: 500, code: 'InternalServerError', message: 'Internal Server Error' }
  response.removeHeader('cache-control')
  answerJson(request, response, status, { error: code, message })
}

/** A required query parameter; 400 when it is missing. */
export function required(query: URLSearchParams, name: string): string {
  const value = query.get(name)
  if (!value) throw new XrpcError(400, 'InvalidRequest', `parameter "${name}" is missing`)
  return value
}

const RECORD_URI = /^at:\/\/(did:[a-z]+:[A-Za-z0-9._:%-]+)\/([a-zA-Z0-9.-]+)\/([A-Za-z0-9._:~-]+)$/

/** The at-uri of a record in the parameter `name`, with its repo and its collection; 400 when it is none. */
export function recordUri(query: URLSearchParams, name: string): { uri: string; did: string; collection: string } {
  const uri = required(query, name)
  const [, did = '', collection = ''] = RECORD_URI.exec(uri) ?? []
  if (!did) throw new XrpcError(400, 'InvalidRequest', `parameter "${name}" is ${JSON.stringify(uri)}: expected at://did/collection/rkey`)
  return { uri, did, collection }
}

/** The at-uri of a video in the parameter `name`, with its repo; 400 when it is none. */
export function videoUri(query: URLSearchParams, name = 'uri'): { uri: string; did: string } {
  const { uri, did, collection } = recordUri(query, name)
  if (collection !== 'place.stream.video') throw new XrpcError(400, 'UnsupportedCollection', `collection ${collection} can't be played`)
  return { uri, did }
}

/** An optional whole number within `[least, most]`; 400 otherwise. */
export function wholeNumber(query: URLSearchParams, name: string, least: number, most: number): number | undefined {
  const text = query.get(name)
  if (text === null) return undefined
  const value = Number(text)
  if (!/^\d+$/.test(text) || value < least || value > most) {
    throw new XrpcError(400, 'InvalidRequest', `parameter "${name}" is ${JSON.stringify(text)}: expected a whole number from ${least} to ${most}`)
  }
  return value
}
