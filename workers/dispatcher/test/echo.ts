/** A WebSocket server of the tests' own (RFC 6455): small messages, no fragments, no extensions. */
import { createHash } from 'node:crypto'
import type { IncomingMessage } from 'node:http'
import type { Duplex } from 'node:stream'

const GUID = '258EAFA5-E914-47DA-95CA-C5AB0DC85B11'
const TEXT = 1
const BINARY = 2
const CLOSE = 8

/** What a conversation came to, as the server saw it. */
export interface Conversation {
  /** The code of the client's close frame; 1005 when it has none. */
  closedWith: Promise<number>
}

/**
 * Takes a connection over: each message comes back as it was sent, but `bye`, which the server answers with a close of 4001, `hush`, which
 * it does not answer, and `drop`, after which the connection is gone.
 */
export function echo(request: IncomingMessage, socket: Duplex): Conversation {
  const accept = createHash('sha1').update(`${request.headers['sec-websocket-key']}${GUID}`).digest('base64')
  socket.write(`HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: ${accept}\r\n\r\n`)
  let waiting = Buffer.alloc(0)
  const closedWith = new Promise<number>((resolve) => {
    socket.on('data', (bytes: Buffer) => {
      waiting = Buffer.concat([waiting, bytes])
      for (let frame = read(waiting); frame; frame = read(waiting)) {
        waiting = waiting.subarray(frame.length)
        if (frame.kind === CLOSE) {
          resolve(frame.data.length >= 2 ? frame.data.readUInt16BE(0) : 1005)
          socket.end(write(CLOSE, frame.data.subarray(0, 2)))
        } else if (frame.kind === TEXT || frame.kind === BINARY) {
          const text = frame.data.toString()
          if (text === 'bye') socket.write(write(CLOSE, Buffer.from([4001 >> 8, 4001 & 255])))
          else if (text === 'drop') socket.destroy()
          else if (text !== 'hush') socket.write(write(frame.kind, frame.data))
        }
      }
    })
    socket.on('error', () => resolve(1006))
    socket.on('close', () => resolve(1006))
  })
  return { closedWith }
}

/** The first frame of what came in; a client's frames are masked. */
function read(bytes: Buffer): { kind: number; data: Buffer; length: number } | undefined {
  if (bytes.length < 2) return undefined
  const short = bytes.readUInt8(1) & 127
  const start = short === 126 ? 4 : 2
  if (short === 127) throw new Error('a message of this test has less than 64 KiB')
  if (bytes.length < start + 4) return undefined
  const size = short === 126 ? bytes.readUInt16BE(2) : short
  const length = start + 4 + size
  if (bytes.length < length) return undefined
  const mask = bytes.subarray(start, start + 4)
  const data = Buffer.from(bytes.subarray(start + 4, length).map((byte, at) => byte ^ (mask[at % 4] ?? 0)))
  return { kind: bytes.readUInt8(0) & 15, data, length }
}

function write(kind: number, data: Buffer): Buffer {
  const head = data.length < 126 ? Buffer.from([128 | kind, data.length]) : Buffer.from([128 | kind, 126, data.length >> 8, data.length & 255])
  return Buffer.concat([head, data])
}
