import { play, type Said } from './state.ts'

const DID = 'did:plc:aaaaaaaaaaaaaaaaaaaaaaaa'
const BUNDLES: Record<string, string> = { 'workers/vod': 'atmosphereconf-vod', 'workers/appview': 'streamhut-appview' }
const json = (value: unknown): Said => ({ stdout: JSON.stringify(value, null, 2) })

play('at-run', (words, stdin, state) => {
  const option = (name: string) => words[words.indexOf(name) + 1] ?? ''
  const command = words.join(' ')
  const bundle = BUNDLES[option('-C')] ?? ''
  if (command.startsWith('whoami')) return json({ did: DID, handle: 'operator.test', service: 'https://pds.example.com', active: true })
  if (command.startsWith('runner key')) return { stdout: 'ZmFrZSBrZXkgb2YgYSBydW5uZXIsIDMyIGJ5dGVzISE=\n', stderr: 'key 53oyqpnavfcrle64 (current)\n' }
  if (command.startsWith('status')) {
    const version = state.published[bundle]
    return json({ local: { version: '0.1.0', state: version === undefined ? 'unpublished' : 'published', publishedAs: version ?? null }, channels: version === undefined ? {} : { latest: version } })
  }
  if (command.startsWith('deploy')) {
    state.published[bundle] = '0.1.0'
    return { stdout: 'at://…\n' }
  }
  if (command.startsWith('secrets list')) {
    const secrets = Object.keys(state.sealed).map((key) => key.split(':')).map(([of, name]) => ({ bundle: of, name, key: 'k', opens: 'current' }))
    return json({ did: DID, secrets: secrets.filter((secret) => secret.bundle === option('--bundle')) })
  }
  if (command.startsWith('secrets set')) {
    state.sealed[`${option('--bundle')}:${words[2]}`] = stdin
    return { stdout: 'sealed\n' }
  }
  return { code: 2, stderr: `what is ${command}?` }
})
