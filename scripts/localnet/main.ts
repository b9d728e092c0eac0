/**
 * Starts the local network alone (no runner, no frontend) and prints the path of its `net.json`; runs until Ctrl-C.
 * Usage: node scripts/localnet/main.ts [--port-base N] [--media DIR]…
 */
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { DEMO_MEDIA, instanceDir } from './places.ts'
import { startNet } from './net.ts'
import { DEFAULT_PORT_BASE, portsFrom } from './ports.ts'
import { progress } from './progress.ts'

const { values } = parseArgs({
  options: { 'port-base': { type: 'string', default: String(DEFAULT_PORT_BASE) }, media: { type: 'string', multiple: true, default: [] } },
})
const ports = portsFrom(Number(values['port-base']))
const dir = instanceDir(ports.web)
const net = await startNet({
  ports,
  dataDir: join(dir, 'net'),
  logDir: join(dir, 'logs'),
  mediaDirs: [DEMO_MEDIA, ...values.media],
  onStep: progress(process.stderr),
  onLoss: (message) => {
    console.error(message)
    process.exit(1)
  },
})
console.log(net.file)
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => void net.stop().then(() => process.exit(0)))
setInterval(() => {}, 1 << 30)
