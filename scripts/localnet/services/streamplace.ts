/** The Streamplace stand-in in a process of its own. Argument: `{"port": number, "catalog": path}`. */
import { Catalog } from '../streamplace/catalog.ts'
import { streamplaceServer } from '../streamplace/server.ts'

const { port, catalog } = JSON.parse(process.argv[2] ?? '{}') as { port: number; catalog: string }
streamplaceServer(await Catalog.open(catalog)).listen(port, '127.0.0.1')
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => process.exit(0))
