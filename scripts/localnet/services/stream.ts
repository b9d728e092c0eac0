/** The relay and Jetstream stand-in in a process of its own. Argument: `{"port": number, "pdsUrl": url}`. */
import { emptyFeed } from '../stream/feed.ts'
import { streamServer } from '../stream/server.ts'

const { port, pdsUrl } = JSON.parse(process.argv[2] ?? '{}') as { port: number; pdsUrl: string }
const feed = emptyFeed()
streamServer(feed).listen(port, '127.0.0.1')
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => process.exit(0))

// After it listens, so that it answers before it can read frames.
const { follow } = await import('../stream/follow.ts')
await follow(pdsUrl, feed)
