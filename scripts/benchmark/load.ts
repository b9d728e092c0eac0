import { setTimeout as sleep } from 'node:timers/promises'
import { Connection } from './connection.ts'
import { median } from './turns.ts'

/** What is asked, and where. */
export interface Target {
  port: number
  request: Buffer
  /** The status of every answer; another one ends the benchmark. */
  status: number
}

/** Connections to one target, held open over all rounds. */
export class Load {
  readonly #target: Target
  readonly #connections: Connection[]

  private constructor(target: Target, connections: Connection[]) {
    this.#target = target
    this.#connections = connections
  }

  static async open(target: Target, connections: number): Promise<Load> {
    return new Load(target, await Promise.all(Array.from({ length: connections }, () => Connection.to(target.port))))
  }

  /**
   * The median time of an answer in microseconds, while every connection asks again as soon as it was answered, or `pauseMs` later, `each`
   * times.
   */
  async p50(each: number, pauseMs = 0): Promise<number> {
    for (const [index, connection] of this.#connections.entries()) {
      if (!connection.open) this.#connections[index] = await Connection.to(this.#target.port)
    }
    const rest = stayAwake()
    try {
      const times = await Promise.all(this.#connections.map((connection) => this.#ask(connection, each, pauseMs)))
      return median(times.flat()) / 1_000
    } finally {
      rest()
    }
  }

  close(): void {
    for (const connection of this.#connections) connection.close()
  }

  async #ask(connection: Connection, count: number, pauseMs: number): Promise<number[]> {
    const { request, status } = this.#target
    const times: number[] = []
    for (let sent = 0; sent < count; sent++) {
      const answer = await connection.send(request)
      if (answer.status !== status) throw new Error(`port ${this.#target.port} answered ${answer.status}: ${answer.text.slice(0, 500)}`)
      times.push(answer.took)
      if (pauseMs > 0) await sleep(pauseMs)
    }
    return times
  }
}

/**
 * Keeps this process from sleeping until the function that it gives is called. Between two answers it would sleep for microseconds, and to be
 * woken takes as long as what is measured, more or less so with whatever else the machine does.
 */
function stayAwake(): () => void {
  let awake = true
  const turn = () => void (awake && setImmediate(turn))
  turn()
  return () => {
    awake = false
  }
}
