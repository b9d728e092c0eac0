/** A step of a tutorial: a file to write, or commands to run with what they shall print. */
export type Step = { line: number } & ({ kind: 'file'; path: string; text: string } | { kind: 'run'; script: string; expected?: Expected })

/** What a block of commands shall print. */
export type Expected = { as: 'text' | 'json'; text: string }

interface Block {
  line: number
  language: string
  /** The second word of the fence, such as a file's path. */
  note: string | undefined
  text: string
}

/**
 * The steps of a Markdown text, in order. A fence `sh` is run unless it is marked `ignore`; the fence after it, when it is `text` or `json`,
 * is what it shall print. A fence with a path after its language is a file. Other fences are for readers only.
 */
export function stepsOf(markdown: string): Step[] {
  const steps: Step[] = []
  let run: Extract<Step, { kind: 'run' }> | undefined
  for (const { line, language, note, text } of blocks(markdown)) {
    if (language === 'sh' && note !== 'ignore') {
      run = { kind: 'run', line, script: text }
      steps.push(run)
    } else if (run && (language === 'text' || language === 'json')) {
      run.expected = { as: language, text }
      run = undefined
    } else {
      if (language === 'text' || language === 'json') throw new Error(`line ${line}: what it shows was printed by nothing`)
      if (note !== undefined && note !== 'ignore') steps.push({ kind: 'file', line, path: note, text })
      run = undefined
    }
  }
  return steps
}

function* blocks(markdown: string): Generator<Block> {
  let open: { line: number; language: string; note: string | undefined; lines: string[] } | undefined
  for (const [index, line] of markdown.split('\n').entries()) {
    const fence = /^```(\S*) ?(\S*)$/.exec(line)
    if (!fence) open?.lines.push(line)
    else if (open) {
      yield { line: open.line, language: open.language, note: open.note, text: `${open.lines.join('\n')}\n` }
      open = undefined
    } else {
      const [, language = '', note] = fence
      open = { line: index + 1, language, note: note || undefined, lines: [] }
    }
  }
  if (open) throw new Error(`line ${open.line}: the fence is not closed`)
}
