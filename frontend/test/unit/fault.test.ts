import assert from 'node:assert/strict'
import { test } from 'node:test'
import { en } from '../../shared/texts/en/index.ts'
import { explainFault, pageStatus, type Fault, type FaultKind } from '../../shared/fault.ts'

const fault = (kind: FaultKind, status: number, retryAfter?: number): Fault => ({ kind, status, name: 'X', message: 'x', ...(retryAfter === undefined ? {} : { retryAfter }) })

test('a page’s status follows the bundle’s', () => {
  const cases: [Fault, number, number | undefined][] = [
    [fault('missing', 404), 404, undefined],
    [fault('missing', 410), 410, undefined],
    [fault('missing', 403), 410, undefined],
    [fault('refused', 400), 400, undefined],
    [fault('failing', 503, 7), 503, 7],
    [fault('failing', 503), 503, 10],
    [fault('failing', 429, 60), 503, 60],
    [fault('failing', 504), 504, 10],
    [fault('failing', 502), 502, undefined],
    [fault('failing', 500), 502, undefined],
    [fault('unsupported', 501), 501, undefined],
    [fault('nonsense', 200), 502, undefined],
    [fault('slow', 0), 504, 10],
    [fault('unreachable', 0), 503, 10],
    [fault('unconfigured', 0), 503, 10],
  ]
  for (const [given, status, retryAfter] of cases) assert.deepEqual(pageStatus(given), { status, ...(retryAfter === undefined ? {} : { retryAfter }) }, JSON.stringify(given))
})

test('what is missing is called by what it is, and nobody is told to try again', () => {
  assert.match(explainFault(fault('missing', 404), en.faults).title, /video/)
  assert.match(explainFault(fault('missing', 404), en.faults, 'creator').title, /creator/)
  assert.equal(explainFault(fault('missing', 404), en.faults).retry, false)
  assert.equal(explainFault(fault('unreachable', 0), en.faults).retry, true)
})
