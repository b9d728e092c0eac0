import { play, type Said } from './state.ts'

const json = (value: unknown): Said => ({ stdout: JSON.stringify(value, null, 2) })
const missing = (stderr: string): Said => ({ code: 1, stderr })
const done: Said = { stdout: 'done\n' }
const noWorker = missing('This Worker does not exist on your account. [code: 10007]')

play('wrangler', (words, stdin, state) => {
  const option = (name: string) => words[words.indexOf(name) + 1] ?? ''
  const name = words.at(-1) ?? ''
  const command = words.join(' ')
  if (command.startsWith('whoami')) return json({ loggedIn: true, accounts: [{ id: '0123456789abcdef0123456789abcdef', name: 'Streamhut' }] })
  if (command.startsWith('r2 bucket info')) return state.buckets.includes(words[3] ?? '') ? json({ name: words[3] }) : missing('The specified bucket does not exist. [code: 10006]')
  if (command.startsWith('r2 bucket create')) return create(state.buckets, name)
  if (command.startsWith('queues info')) return state.queues.includes(name) ? { stdout: `Queue Name: ${name}\n` } : missing(`Queue "${name}" does not exist.`)
  if (command.startsWith('queues create')) return create(state.queues, name)
  if (command.startsWith('deployments status')) return state.versions.length === 0 ? noWorker : json({ versions: [{ version_id: state.versions.at(-1)?.id, percentage: 100 }] })
  if (command.startsWith('versions list')) {
    return state.versions.length === 0 ? noWorker : json(state.versions.map(({ id, tag, by }) => ({ id, annotations: { 'workers/triggered_by': by, ...(tag !== undefined && { 'workers/tag': tag }) } })))
  }
  if (command.startsWith('secret list')) return state.versions.length === 0 ? missing(`Worker "${option('--name')}" not found.`) : json(Object.keys(state.secrets).map((secret) => ({ name: secret, type: 'secret_text' })))
  if (command.startsWith('deploy ')) {
    state.versions.push({ id: `v${state.versions.length}`, tag: option('--tag'), by: 'upload' })
    return done
  }
  if (command.startsWith('secret put')) {
    state.secrets[words[2] ?? ''] = stdin
    state.versions.push({ id: `v${state.versions.length}`, by: 'secret' })
    return done
  }
  if (command.startsWith('pages project list')) return json(state.projects.map((project) => ({ 'Project Name': project, 'Project Domains': `${project}.pages.dev` })))
  if (command.startsWith('pages project create')) return create(state.projects, words[3] ?? '')
  if (command.startsWith('pages deployment list')) {
    return state.projects.includes(option('--project-name')) ? json(state.sites.map((hash) => ({ Source: hash.slice(0, 7), Status: '1 minute ago' }))) : missing('Project not found. [code: 8000007]')
  }
  if (command.startsWith('pages deploy')) {
    state.sites.unshift(option('--commit-hash'))
    return done
  }
  return missing(`what is ${command}?`)
})

function create(list: string[], name: string): Said {
  if (list.includes(name)) return missing(`${name} is there already`)
  list.push(name)
  return done
}
