/** The values that a deployment needs, from the environment and from a file of the operator's. */
import { chmodSync, readFileSync, renameSync, statSync, writeFileSync } from 'node:fs'
import { Refusal } from './stage.ts'
import { SECRETS, type SecretName } from './step.ts'

export interface KeptSecrets {
  known: () => Set<SecretName>
  value: (name: SecretName) => string
  /** Writes a value to the file before it is used anywhere. */
  keep: (name: SecretName, value: string) => void
  /** Takes the values out of a text. */
  mask: (text: string) => string
}

/** Opens the file, which need not be there; a variable of the environment goes before its line. */
export function keptSecrets(path: string, environment: NodeJS.ProcessEnv): KeptSecrets {
  const inFile = parseSecrets(contentOf(path), path)
  const values = new Map(inFile)
  for (const name of SECRETS) {
    const value = environment[name]?.trim()
    if (value !== undefined && value !== '') values.set(name, value)
  }
  return {
    known: () => new Set(values.keys()),
    value: (name) => {
      const value = values.get(name)
      if (value === undefined) throw new Error(`nobody made sure of ${name}`)
      return value
    },
    keep: (name, value) => {
      values.set(name, value)
      inFile.set(name, value)
      writeFileSync(`${path}.part`, HEAD + [...inFile].map(([key, one]) => `${key}='${one}'\n`).join(''), { mode: 0o600 })
      // A file that was there keeps its mode.
      chmodSync(`${path}.part`, 0o600)
      renameSync(`${path}.part`, path)
    },
    mask: (text) => [...values].reduce((masked, [name, value]) => masked.replaceAll(value, `$${name}`), text),
  }
}

const HEAD = '# Made by ./scripts/deploy. Keep a copy elsewhere: Cloudflare gives none of these back.\n'

/** Reads lines `NAME='value'`, as a shell would. */
export function parseSecrets(text: string, path: string): Map<SecretName, string> {
  const values = new Map<SecretName, string>()
  for (const [index, line] of text.split('\n').entries()) {
    if (/^\s*(#|$)/.test(line)) continue
    const [, name, quoted, bare] = /^([A-Z_]+)=(?:'([^']+)'|([^\s'"]+))\s*$/.exec(line) ?? []
    const secret = SECRETS.find((one) => one === name)
    const value = quoted ?? bare
    // The line itself may hold a secret.
    if (secret === undefined || value === undefined) throw new Refusal(`${path}, line ${index + 1}: not NAME='value' of ${SECRETS.join(', ')}`, 'mend or delete the line')
    values.set(secret, value)
  }
  return values
}

function contentOf(path: string): string {
  const stat = statSync(path, { throwIfNoEntry: false })
  if (stat === undefined) return ''
  if ((stat.mode & 0o077) !== 0) throw new Refusal(`others on this machine may read ${path}`, `chmod 600 ${path}`)
  return readFileSync(path, 'utf8')
}
