/** What the runner answers to curl, read. */
import { Refusal } from '../stage.ts'
import type { Answer } from '../step.ts'
import { fields, items, jsonIn, text, type Fields } from './json.ts'

/** The installations of `/admin/installations`. */
export function installations(answer: Answer): Fields[] {
  const told = fields(jsonIn(answer.stdout))
  if (answer.code === 0 && Array.isArray(told['installations'])) return items(told['installations'])
  const wrong = text(told['error']) === 'Unauthorized'
  throw new Refusal(
    `the runner doesn't tell what is installed: ${text(told['message']) ?? (answer.stderr.trim() || answer.stdout.trim())}`,
    wrong ? 'the ADMIN_TOKEN here is not that of the runner: see "A token that is lost" in docs/hosting.md' : 'see whether the runner answers: curl URL/health',
  )
}

/** Whether an installation is as it shall be; what is empty counts as left out. */
export function sameInstallation(here: Fields, wanted: Fields): boolean {
  return ['channel', 'config', 'caps', 'host'].every((field) => plain(here[field]) === plain(wanted[field]))
}

function plain(value: unknown): string {
  if (value === undefined || value === null) return ''
  if (typeof value !== 'object') return JSON.stringify(value)
  const entries = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1))
  return entries.length === 0 ? '' : JSON.stringify(entries)
}

/** Whether the index is ready, as `getStats` tells: its last line is the status. */
export function indexReady(answer: Answer): boolean {
  return answer.code === 0 && answer.stdout.trimEnd().endsWith('\n200')
}
