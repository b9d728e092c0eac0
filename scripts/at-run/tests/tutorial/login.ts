/** Logging in by OAuth, in a real browser, at the real PDS. */
import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { TestContext } from 'node:test'
import { chromium, type Page } from 'playwright-core'
import { BROWSER } from '../../../localnet/browser.ts'
import type { Author } from './author.ts'
import type { Answer } from './told.ts'

/** The account that logs in. */
export const HANDLE = 'operator.test'
const PASSWORD = 'operator-local-password'

/** Begins a log-in, and goes where it says in a browser of its own. */
export async function begin({ env, net, folder }: Author, t: TestContext): Promise<{ page: Page; done: (code: number) => Promise<Answer> }> {
  const args = ['login', '--identifier', HANDLE, '--service', net.pds, '--no-browser', '--json']
  const login = spawn('at-run', args, { cwd: folder, env: { ...env, AT_RUN_PLC: process.env['PLC_URL'] }, stdio: ['ignore', 'pipe', 'pipe'] })
  t.after(() => login.kill())
  const [closed, said] = [once(login, 'close'), { stdout: '', stderr: '' }]
  login.stdout.setEncoding('utf8').on('data', (text: string) => (said.stdout += text))
  const url = await new Promise<string>((resolve, reject) => {
    login.stderr.setEncoding('utf8').on('data', (text: string) => {
      said.stderr += text
      const found = /^ {2}(http\S+)\n/m.exec(said.stderr)?.[1]
      if (found) resolve(found)
    })
    void closed.then(() => reject(new Error(said.stderr)))
  })
  const profile = await mkdtemp(join(tmpdir(), 'at-run-browser-'))
  const context = await chromium.launchPersistentContext(profile, BROWSER)
  t.after(async () => {
    await context.close()
    await rm(profile, { recursive: true, force: true, maxRetries: 5 })
  })
  const page = context.pages()[0] ?? (await context.newPage())
  page.setDefaultTimeout(60_000)
  await page.goto(url)
  const done = async (code: number) => {
    const [ended] = (await closed) as [number | null]
    assert.equal(ended, code, said.stderr)
    return JSON.parse(said.stdout) as Answer
  }
  return { page, done }
}

/** Goes through the PDS's page for the password; ends where it asks for leave. */
export async function atServer(page: Page): Promise<void> {
  await page.locator('input[type=password]').fill(PASSWORD)
  await page.getByRole('button', { name: 'Sign in', exact: true }).click()
  await page.getByText('wants to access your account').waitFor()
}

