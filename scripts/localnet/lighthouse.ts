/** Lighthouse's judgement of a page, in a chromium of its own. */
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import lighthouse from 'lighthouse'
import { chromium } from 'playwright-core'
import { BROWSER } from './browser.ts'
import { findFreePort } from './ports.ts'

export type Category = 'performance' | 'accessibility' | 'best-practices' | 'seo'

/** Scores from 0 to 1; `layoutShift` is the page's CLS; `complaints` names the audits that cost points. */
export interface Judgement {
  scores: Partial<Record<Category, number>>
  layoutShift: number
  complaints: string[]
}

/** Loads a page as a phone on a slow network would, and judges it by these categories. */
export async function judge(url: string, categories: Category[]): Promise<Judgement> {
  const profile = await mkdtemp(join(tmpdir(), 'streamhut-lighthouse-'))
  const port = await findFreePort()
  const browser = await chromium.launchPersistentContext(profile, {
    ...BROWSER,
    args: [...BROWSER.args, `--remote-debugging-port=${port}`],
  })
  try {
    const result = await lighthouse(url, { port, onlyCategories: categories, output: 'json', logLevel: 'error' })
    if (!result) throw new Error(`Lighthouse says nothing of ${url}`)
    const { lhr } = result
    if (lhr.runtimeError) throw new Error(`Lighthouse on ${url}: ${lhr.runtimeError.message}`)
    const costly = categories.flatMap((category) => lhr.categories[category]?.auditRefs.filter(({ weight }) => weight > 0).map(({ id }) => id) ?? [])
    const complaints = [...new Set(costly)].flatMap((id) => {
      const audit = lhr.audits[id]
      if (!audit || audit.score === null || audit.score >= 1) return []
      const { items } = (audit.details ?? {}) as { items?: unknown[] }
      return [`${id}: ${audit.title}: ${JSON.stringify(items ?? []).slice(0, 1_000)}`]
    })
    const scores = Object.fromEntries(categories.map((category) => [category, lhr.categories[category]?.score ?? 0]))
    return { scores, layoutShift: lhr.audits['cumulative-layout-shift']?.numericValue ?? 0, complaints }
  } finally {
    await browser.close()
    await rm(profile, { recursive: true, force: true, maxRetries: 5 })
  }
}
