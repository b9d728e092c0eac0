import axe from 'axe-core'
import type { Page } from 'playwright-core'

/** What axe finds wrong, a line each. Its code comes by the debugger, past the page's content security policy. */
export async function axeComplaints(page: Page): Promise<string[]> {
  await page.evaluate(axe.source)
  const { violations } = await page.evaluate(() => (globalThis as unknown as { axe: typeof axe }).axe.run(document))
  return violations.flatMap(({ id, help, nodes }) => nodes.map(({ html, failureSummary }) => `${id}: ${help}: ${html.slice(0, 200)}: ${failureSummary}`))
}
