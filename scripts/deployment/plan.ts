import { shellOf, shellOfLook } from './shell.ts'
import { STAGES } from './stages/all.ts'
import type { Given } from './stage.ts'
import type { Answer, Look, SecretName, Step } from './step.ts'

/** Every command of a deployment to an account that has nothing, as a script for a shell. Nothing is run, and no secret is known. */
export function plan(given: Given, secretsFile: string): string {
  const { account } = given.settings
  const lines = [
    '# What ./scripts/deploy does where there is nothing yet, in this order. Where there is something, it leaves out what is',
    `# there. Tools are those of ./scripts/with; $TURSO_AUTH_TOKEN and the like stand for values that nobody is shown.`,
    ...(account === undefined ? [] : [`export CLOUDFLARE_ACCOUNT_ID=${account}`]),
  ]
  // The one that only its maker can give.
  const known = new Set<SecretName>(['TURSO_AUTH_TOKEN'])
  for (const stage of STAGES) {
    const [prepared, looks] = [stage.prepare?.(given) ?? [], stage.looks?.(given) ?? {}]
    const answers = Object.fromEntries(Object.entries(looks).map(([name, look]) => [name, whereNothingIs(look)]))
    const { steps } = stage.decide(given, answers, known)
    for (const step of steps) if (step.kind === 'make') known.add(step.secret)
    if (prepared.length + steps.length + Object.keys(looks).length === 0) continue
    lines.push('', `# ── ${stage.title}`)
    const told = (step: Step) => [`# ${step.why}`, shellOf(step, secretsFile)]
    lines.push(...prepared.flatMap(told))
    const asked = Object.values(looks).map(shellOfLook)
    if (asked.length > 0) lines.push('# look', ...asked)
    lines.push(...steps.flatMap(told))
  }
  return `${lines.join('\n')}\n`
}

function whereNothingIs(look: Look): Answer {
  if (look.kind === 'ask') return look.empty
  return look.kind === 'digest' ? { code: 0, stdout: `$${look.name}`, stderr: '' } : { code: 1, stdout: '', stderr: '' }
}
