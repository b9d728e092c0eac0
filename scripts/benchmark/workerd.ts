import { Miniflare, convertV4MiniflareOptions, type V4WorkerOptions } from 'miniflare'

/** A Worker with a port of its own. */
export type WorkerSpec = V4WorkerOptions & { name: string }

/** Workers in one workerd. */
export interface Workers {
  /** The port at which a Worker of that name is served, without a proxy in between. */
  port(name: string): Promise<number>
  stop(): Promise<void>
}

/** Runs Workers side by side in one process. Each is compiled and ready when this settles. `buckets` is where R2 keeps what it is given. */
export async function startWorkers(workers: readonly WorkerSpec[], buckets?: string): Promise<Workers> {
  const options = convertV4MiniflareOptions({
    host: '127.0.0.1',
    // Nothing is asked of Cloudflare.
    cf: false,
    telemetry: { enabled: false },
    // Stdout is for rows.
    handleStructuredLogs: ({ level, message }) => {
      if (level === 'warn' || level === 'error') process.stderr.write(`${message}\n`)
    },
    ...(buckets !== undefined && { resourcePersistencePath: buckets }),
    workers: workers.map((worker) => ({ ...worker, unsafeDirectSockets: [{ host: '127.0.0.1', port: 0 }] })),
  })
  const miniflare = new Miniflare(options)
  await miniflare.ready
  return {
    port: async (name) => Number((await miniflare.unsafeGetDirectURL(name)).port),
    stop: () => miniflare.dispose(),
  }
}
