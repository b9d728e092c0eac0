/** The Streamplace stand-in in a process of its own. Argument: `{"port": number, "catalog": path, "pdsUrl": url}`. */
import { Catalog } from '../streamplace/catalog.ts'
import { Reactions } from '../streamplace/reactions.ts'
import { streamplaceServer } from '../streamplace/server.ts'

const { port, catalog, pdsUrl } = JSON.parse(process.argv[2] ?? '{}') as { port: number; catalog: string; pdsUrl: string }
const reactions = new Reactions()
streamplaceServer(await Catalog.open(catalog), reactions).listen(port, '127.0.0.1')
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => process.exit(0))

// After it listens, so that it answers before it can read frames. From their start each time: they tell all that is known of comments.
const { followFrames } = await import('../stream/frames.ts')
await followFrames(pdsUrl, { seq: 0, connected: false }, (frame) => reactions.take(frame))
