import { once } from 'node:events'
import { connect, type Socket } from 'node:net'

/** One answer, read to its end. */
export interface Answer {
  status: number
  /** Nanoseconds from the request's first byte out to the answer's last byte in. */
  took: number
  text: string
}

const HEAD_END = Buffer.from('\r\n\r\n')
const LAST_CHUNK = Buffer.from('0\r\n\r\n')
/** An answer that takes longer never comes. */
const SILENCE_MS = 20_000

/**
 * One kept-alive connection that carries one request at a time. By hand, because `node:http` and `fetch` take longer than what is measured
 * here: this reads a head, a length and no more.
 */
export class Connection {
  readonly #socket: Socket
  #received: Buffer = Buffer.alloc(0)
  #began = 0n
  #done: { resolve: (answer: Answer) => void; reject: (error: Error) => void } | undefined

  private constructor(socket: Socket) {
    this.#socket = socket
    socket.on('data', (chunk) => this.#take(chunk))
    socket.on('error', (error) => this.#done?.reject(error))
    socket.setTimeout(SILENCE_MS)
    socket.on('timeout', () => this.#done && socket.destroy(new Error(`no answer in ${SILENCE_MS} ms`)))
    socket.on('close', () => this.#done?.reject(new Error('the connection was closed before the answer ended')))
  }

  static async to(port: number): Promise<Connection> {
    const socket = connect({ port, host: '127.0.0.1', noDelay: true })
    await once(socket, 'connect')
    return new Connection(socket)
  }

  /** A server ends connections that were silent for long. */
  get open(): boolean {
    return !this.#socket.destroyed
  }

  /** Sends a request, whose bytes are those of {@link get}, and reads the answer. */
  send(request: Buffer): Promise<Answer> {
    if (!this.open) return Promise.reject(new Error('the connection is closed'))
    return new Promise((resolve, reject) => {
      this.#done = { resolve, reject }
      this.#began = process.hrtime.bigint()
      this.#socket.write(request)
    })
  }

  close(): void {
    this.#done = undefined
    this.#socket.destroy()
  }

  #take(chunk: Buffer): void {
    this.#received = this.#received.length === 0 ? chunk : Buffer.concat([this.#received, chunk])
    const head = this.#received.indexOf(HEAD_END)
    if (head < 0) return
    const fields = this.#received.toString('latin1', 0, head)
    const length = /\r\ncontent-length: *(\d+)/i.exec(fields)?.[1]
    const body = this.#received.subarray(head + HEAD_END.length)
    const whole = length === undefined ? body.subarray(-LAST_CHUNK.length).equals(LAST_CHUNK) : body.length >= Number(length)
    if (!whole) return
    const took = Number(process.hrtime.bigint() - this.#began)
    this.#received = Buffer.alloc(0)
    const done = this.#done
    this.#done = undefined
    done?.resolve({ status: Number(fields.slice(9, 12)), took, text: body.toString() })
  }
}

/** The bytes of a GET as a player's `fetch` sends it. */
export function get(path: string, host: string): Buffer {
  const fields = [
    `GET ${path} HTTP/1.1`,
    `host: ${host}`,
    'accept: */*',
    'accept-encoding: gzip, deflate, br',
    'accept-language: en-GB,en;q=0.9',
    'origin: https://player.streamhut.dev',
    'user-agent: Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/142.0.0.0 Safari/537.36',
  ]
  return Buffer.from(`${fields.join('\r\n')}\r\n\r\n`)
}
