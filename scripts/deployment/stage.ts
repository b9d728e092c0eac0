import type { Settings } from './settings.ts'
import type { Answer, Look, SecretName, Step } from './step.ts'

/** What a stage starts from, beside what it finds out. */
export interface Given {
  settings: Settings
  /** The committed configuration of the runner, `wrangler.toml`. */
  runner: Record<string, unknown>
  /** That of the site, `frontend/wrangler.toml`. */
  site: Record<string, unknown>
}

/** A part of the way. Each looks only when those before it are done. */
export interface Stage {
  title: string
  /** Local work that looking needs. */
  prepare?: (given: Given) => Step[]
  looks?: (given: Given) => Record<string, Look>
  /**
   * What is missing or differs, as steps in their order. `known` are the secrets whose values are at hand.
   * Fails with {@link Refusal} where going on would be wrong.
   */
  decide: (given: Given, answers: Record<string, Answer>, known: ReadonlySet<SecretName>) => Decision
}

export interface Decision {
  steps: Step[]
  /** What the operator has to know. */
  notes?: string[]
}

/** Why a deployment can't go on, and what to do about it. */
export class Refusal extends Error {
  readonly hint: string
  constructor(message: string, hint: string) {
    super(message)
    this.hint = hint
  }
}

/** The answer of a look that the stage has asked for. */
export function answerOf(answers: Record<string, Answer>, name: string): Answer {
  const answer = answers[name]
  if (answer === undefined) throw new Error(`nobody looked at ${name}`)
  return answer
}
