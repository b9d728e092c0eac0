import { readFile } from 'node:fs/promises'

/** The end of a log file as the tail of an error message, without terminal colours. */
export async function logTail(path: string): Promise<string> {
  const text = (await readFile(path, 'utf8').catch(() => '')).replace(/\u001b\[[0-9;]*[A-Za-z]/g, '')
  const lines = text.trimEnd().split('\n').slice(-20)
  return `; the end of ${path}:\n  ${lines.join('\n  ')}`
}
