/** Steps as lines for a shell: what is shown can be pasted. */
import type { Command, Look, Step } from './step.ts'

/** Files that are written whole stand between these. */
const END = 'END'

/** The lines of a step. */
export function shellOf(step: Step, secretsFile: string): string {
  switch (step.kind) {
    case 'run':
      return step.until === undefined ? commandLine(step.command) : `until ${commandLine(step.command)}${step.until === true ? '' : ` | grep -q ${word(step.until)}`}; do sleep 5; done`
    case 'write':
      if (/^\S*\n$/.test(step.text)) return `echo ${word(step.text.trimEnd())} >${word(step.path)}`
      return `mkdir -p ${word(step.path.replace(/\/[^/]*$/, ''))} && cat >${word(step.path)} <<'${END}'\n${step.text}${END}`
    case 'make': {
      const made = step.by === 'random' ? 'openssl rand -hex 32' : commandLine(step.by)
      return `${step.secret}="$(${made})" && (umask 077; echo "${step.secret}='$${step.secret}'" >>${word(secretsFile)})`
    }
  }
}

/** The line of a look. */
export function shellOfLook(look: Look): string {
  switch (look.kind) {
    case 'ask':
      if (look.shown === undefined) return commandLine(look.command)
      return `${look.shown.name}="$(${commandLine(look.command)} | node -p 'JSON.parse(fs.readFileSync(0)).${look.shown.field}')"`
    case 'digest':
      return `${look.name}="$(find ${look.paths.map(word).join(' ')} -type f -print0 | LC_ALL=C sort -z | xargs -0 sha256sum | sha256sum | cut -c1-${look.digits})"`
    case 'read':
      return `cat ${word(look.path)}`
  }
}

/** A command with its folder and its input. */
export function commandLine({ argv, cwd, stdin }: Command): string {
  const line = argv.map(word).join(' ')
  const piped = stdin === undefined ? line : `printf %s ${stdin.before === '' ? '' : word(stdin.before)}"$${stdin.secret}" | ${line}`
  return cwd === undefined ? piped : `(cd ${word(cwd)} && ${piped})`
}

/** What plans have in place of what only a look can tell. */
const VARIABLE = /\$(?=(?:RUNNER_DIGEST|SITE_DIGEST|APPVIEW_VERSION)\b)/

/** A word as a shell takes it; variables of plans stay variables. */
export function word(text: string): string {
  if (/^[A-Za-z0-9_@%+=:,./-]+$/.test(text)) return text
  if (VARIABLE.test(text)) return `"${text.split(VARIABLE).map((part) => part.replaceAll(/["\\`$]/g, '\\$&')).join('$')}"`
  return `'${text.replaceAll("'", "'\\''")}'`
}
