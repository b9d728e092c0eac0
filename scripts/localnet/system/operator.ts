import { join } from 'node:path'
import { runCommand } from '../command.ts'
import { ROOT } from '../places.ts'
import type { Account } from '../publish/accounts.ts'
import type { Instance } from './instance.ts'

/** Logs the command-line tool in to the local PDS; the session stays in the instance's folder. */
export async function login(instance: Instance, atRun: string, pds: string, { handle, password }: Account): Promise<void> {
  await runCommand({
    name: 'login',
    command: atRun,
    args: ['login', '--app-password', '--service', pds, '--identifier', handle],
    cwd: ROOT,
    env: environment(instance),
    input: `${password}\n`,
    log: instance.log('deploy'),
  })
}

/** Publishes the bundle in `folder` (relative to the root) to the PDS. Gives what the tool told of the deployment. */
export async function deploy(instance: Instance, atRun: string, folder: string): Promise<unknown> {
  const told = await runCommand({
    name: 'deploy',
    command: atRun,
    args: ['deploy', '-C', folder, '--prebuilt', '--runner', instance.runnerUrl, '--json'],
    cwd: ROOT,
    env: environment(instance),
    log: instance.log('deploy'),
  })
  return JSON.parse(told)
}

/** Seals a secret of a bundle to the runner and publishes it. */
export async function setSecret(instance: Instance, atRun: string, bundle: string, name: string, value: string): Promise<void> {
  await runCommand({
    name: `secret ${name}`,
    command: atRun,
    args: ['secrets', 'set', name, '--bundle', bundle, '--runner', instance.runnerUrl],
    cwd: ROOT,
    env: environment(instance),
    input: `${value}\n`,
    log: instance.log('deploy'),
  })
}

function environment(instance: Instance): NodeJS.ProcessEnv {
  return { ...process.env, AT_RUN_CONFIG_DIR: join(instance.dir, 'at-run'), AT_RUN_NO_KEYRING: '1' }
}
