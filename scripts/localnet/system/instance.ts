import { join } from 'node:path'
import { instanceDir } from '../places.ts'
import { portsFrom, type Ports } from '../ports.ts'

/** Where one running instance keeps what, and under which ports it is reached. */
export interface Instance {
  ports: Ports
  dir: string
  logDir: string
  runnerUrl: string
  webUrl: string
  /** The path of the log file of a part of the system. */
  log(name: string): string
}

/** The instance at a port base. */
export function instanceAt(portBase: number): Instance {
  const ports = portsFrom(portBase)
  const dir = instanceDir(portBase)
  const logDir = join(dir, 'logs')
  return {
    ports,
    dir,
    logDir,
    runnerUrl: `http://127.0.0.1:${ports.runner}`,
    webUrl: `http://127.0.0.1:${ports.web}`,
    log: (name) => join(logDir, `${name}.log`),
  }
}
