/** Debian's chromium, for what only a browser can tell of a page. */
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { TestContext } from 'node:test'
import { chromium, type BrowserContextOptions, type Page } from 'playwright-core'

/** A page of a browser of its own, gone with the test. */
export async function openPage(test: TestContext, options: BrowserContextOptions = {}): Promise<Page> {
  const profile = await mkdtemp(join(tmpdir(), 'streamhut-browser-'))
  const context = await chromium.launchPersistentContext(profile, {
    executablePath: process.env['CHROMIUM'] ?? '/usr/bin/chromium',
    headless: true,
    args: ['--no-sandbox', '--disable-gpu', '--disable-background-networking', '--disable-component-update', '--disable-sync', '--no-first-run'],
    ...options,
  })
  test.after(async () => {
    await context.close()
    await rm(profile, { recursive: true, force: true, maxRetries: 5 })
  })
  const page = context.pages()[0] ?? (await context.newPage())
  page.setDefaultTimeout(20_000)
  return page
}

/** What stands in an XML document, by the names of its elements; fails when it is not well-formed. */
export async function xmlTexts(page: Page, xml: string, names: readonly string[]): Promise<Record<string, string[]>> {
  const read = `(([xml, names]) => {
    const document = new DOMParser().parseFromString(xml, 'application/xml');
    const error = document.querySelector('parsererror');
    if (error) throw new Error(error.textContent);
    return Object.fromEntries(names.map((name) => [name, [...document.getElementsByTagName(name)].map((one) => one.textContent)]));
  })(${JSON.stringify([xml, names])})`
  return (await page.evaluate(read)) as Record<string, string[]>
}
