/** A runner that installs what it is told, and initialises an index. */
import { createServer, type IncomingMessage, type Server } from 'node:http'
import { text } from 'node:stream/consumers'
import { readState, writeState, type State } from './state.ts'

/** What has to be asked twice: a change takes a moment until it is everywhere. */
export function fakeRunner(folder: string): Server {
  const asked = new Set<string>()
  return createServer((request, response) => {
    void text(request).then((body) => {
      const state = readState(folder)
      const { url = '' } = request
      const isEarly = /at-run\.json$|init$/.test(url) && !asked.has(url)
      asked.add(url)
      const [status, answer] = isEarly ? ([503, { error: 'NotYet' }] as const) : answerOf(request, body, state)
      writeState(folder, state)
      response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(answer))
    })
  })
}

function answerOf(request: IncomingMessage, body: string, state: State): [number, object] {
  const { method, url = '', headers } = request
  const bearer = headers.authorization?.replace('Bearer ', '')
  const [, did = '', name = ''] = /^\/admin\/\w+\/([^/]+)\/([^/]+)$/.exec(url) ?? []
  if (url === '/.well-known/at-run.json') return [200, { keys: state.secrets['RUNNER_KEYS'] === undefined ? [] : [{ id: 'k', publicKey: 'p' }] }]
  if (url.startsWith('/admin/') && (bearer === undefined || bearer !== state.secrets['ADMIN_TOKEN'])) return [401, { error: 'Unauthorized', message: 'no' }]
  if (url === '/admin/installations') return [200, { installations: state.installations }]
  if (url.startsWith('/admin/purge/')) return [200, { entries: 1 }]
  if (url.startsWith('/admin/installations/') && method === 'PUT') {
    if (state.published[name] === undefined) return [404, { error: 'UnknownBundle', message: 'not published' }]
    // As the runner does: nothing is asked by another scheme, so a setting with one opens no way out.
    const { config = {} } = JSON.parse(body) as { config?: Record<string, string> }
    const odd = Object.entries(config).find(([, value]) => /^[a-z]+:\/\//.test(value) && !/^https?:/.test(value))
    if (odd !== undefined) return [400, { error: 'InvalidInput', message: `${odd[0]} is no http or https URL` }]
    state.installations = [...state.installations.filter((one) => one.name !== name), { did, name, ...(JSON.parse(body) as object) }]
    return [200, {}]
  }
  if (url.endsWith('/getStats')) return state.schema ? [200, { videos: 0 }] : [503, { error: 'NotInitialised', message: 'init it' }]
  if (url.endsWith('/0.1.0/init') && bearer === state.sealed['streamhut-appview:OPERATOR_TOKEN']) {
    state.schema = true
    return [200, { from: 0, version: 1 }]
  }
  return [404, { error: 'NotFound', message: url }]
}
