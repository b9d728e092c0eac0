import assert from 'node:assert/strict'
import type { Expected } from './steps.ts'

/** Stands for what differs from run to run. */
const ELLIPSIS = '…'

/**
 * Asserts that commands printed what was expected. In text `…` stands for anything within a line, and on a line of its own for any number of
 * lines. In JSON a string with `…` stands for such a string, `"…"` for any value, and the member `"…": "…"` for further members.
 */
export function assertPrinted(printed: string, { as, text }: Expected, what: string): void {
  const shown = `${what}\n── expected ──\n${text}── printed ──\n${printed}`
  if (as === 'text') {
    assert.match(`${trimmed(printed)}\n`, pattern(trimmed(text)), shown)
  } else {
    let value: unknown
    try {
      value = JSON.parse(printed)
    } catch {
      assert.fail(`no JSON: ${shown}`)
    }
    assert.ok(agrees(value, JSON.parse(text)), shown)
  }
}

function trimmed(text: string): string {
  return text.replace(/[ \t]+$/gm, '').trim()
}

function pattern(text: string): RegExp {
  const lines = text.split('\n').map((line) => (line === ELLIPSIS ? '(?:.*\\n)*?' : `${inLine(line)}\\n`))
  return new RegExp(`^${lines.join('')}$`)
}

function inLine(text: string): string {
  return text.split(ELLIPSIS).map((part) => part.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')).join('.*?')
}

/** Whether the value is what was expected, wildcards considered. */
export function agrees(value: unknown, expected: unknown): boolean {
  if (expected === ELLIPSIS) return true
  if (typeof expected === 'string') return typeof value === 'string' && new RegExp(`^${inLine(expected)}$`, 's').test(value)
  if (Array.isArray(expected)) {
    return Array.isArray(value) && value.length === expected.length && expected.every((item, index) => agrees(value[index], item))
  }
  if (!isObject(expected)) return value === expected
  if (!isObject(value) || Array.isArray(value)) return false
  const wanted = Object.keys(expected).filter((name) => name !== ELLIPSIS)
  const isOpen = ELLIPSIS in expected
  return wanted.every((name) => name in value && agrees(value[name], expected[name])) && (isOpen || Object.keys(value).length === wanted.length)
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null
}
