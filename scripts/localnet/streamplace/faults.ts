import type { IncomingMessage, ServerResponse } from 'node:http'
import { setTimeout as sleep } from 'node:timers/promises'
import { answerJson, answerText } from './xrpc.ts'

/** How the next requests shall go wrong. Exactly one of the symptoms, `delayMs` with any or none of them. */
export interface Fault {
  /** The XRPC method concerned; `*` for all. */
  method: string
  /** Only URLs that contain this. */
  match?: string
  /** How many requests are hit; 1 by default. */
  times?: number
  /** Wait before anything is answered; alone it delays the true answer. */
  delayMs?: number
  /** An XRPC error with this status and, optionally, name and `Retry-After` seconds. */
  status?: number
  error?: string
  retryAfter?: number
  /** 200 with an HTML error page. */
  html?: boolean
  /** Break the connection: before the headers, or inside the body. */
  reset?: 'headers' | 'body'
  /** Fall silent: before the headers, or inside the body. */
  stall?: 'headers' | 'body'
  /** Send one byte per second. */
  drip?: boolean
}

const PRETENDED_LENGTH = 1_000_000

/** The faults waiting to strike, oldest first. */
export class Faults {
  #waiting: (Fault & { left: number })[] = []

  add(fault: Fault): void {
    this.#waiting.push({ ...fault, left: fault.times ?? 1 })
  }

  clear(): void {
    this.#waiting = []
  }

  /** Takes the fault that strikes this request. */
  next(method: string, url: string): Fault | undefined {
    const fault = this.#waiting.find((candidate) => ['*', method].includes(candidate.method) && url.includes(candidate.match ?? ''))
    if (fault && --fault.left <= 0) this.#waiting = this.#waiting.filter((other) => other !== fault)
    return fault
  }
}

/** Acts a fault out. True when it took the answer upon itself, false when the true answer is still to be given. */
export async function strike(fault: Fault, request: IncomingMessage, response: ServerResponse): Promise<boolean> {
  if (fault.delayMs !== undefined) await sleep(fault.delayMs)
  if (fault.status !== undefined) {
    if (fault.retryAfter !== undefined) response.setHeader('retry-after', fault.retryAfter)
    answerJson(request, response, fault.status, { error: fault.error ?? 'InjectedFault', message: `injected: ${fault.status}` })
  } else if (fault.html) {
    answerText(request, response, 200, 'text/html; charset=utf-8', '<!doctype html><title>Bad gateway</title><h1>Bad gateway</h1>\n')
  } else if (fault.reset === 'headers') {
    request.socket.resetAndDestroy()
  } else if (fault.reset === 'body') {
    startBody(response)
    response.write('#EXTM3U\n', () => request.socket.resetAndDestroy())
  } else if (fault.stall === 'body') {
    startBody(response)
    response.write('#EXTM3U\n')
  } else if (fault.drip) {
    startBody(response)
    const drops = setInterval(() => response.write('#'), 1_000)
    response.once('close', () => clearInterval(drops))
  } else if (fault.stall !== 'headers') {
    return false
  }
  return true
}

function startBody(response: ServerResponse): void {
  response.writeHead(200, { 'content-type': 'application/vnd.apple.mpegurl', 'content-length': PRETENDED_LENGTH })
}
