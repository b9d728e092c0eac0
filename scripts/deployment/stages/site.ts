import { deployedSite, projectDomains } from '../answers/cloudflare.ts'
import { fields } from '../answers/json.ts'
import type { Settings } from '../settings.ts'
import { answerOf, type Given, type Stage } from '../stage.ts'
import { ask, failed, said, type Step } from '../step.ts'
import { APPVIEW, named, VOD } from './commands.ts'

/** Where the configuration lies that wrangler gets. */
const folder = ({ name }: Settings) => `target/deploy/${name}/site`
const config = (settings: Settings) => `${folder(settings)}/wrangler.json`
/** Pages serves the deployments of this branch under the project's own address. */
const BRANCH = 'main'
const PROJECTS = ask(said('[]'), 'wrangler', 'pages', 'project', 'list', '--json')

/** The web player on Pages. */
export const site: Stage = {
  title: 'Site',
  prepare: (given) => (given.settings.site ? [{ kind: 'write', why: "the site's configuration", path: config(given.settings), text: `${JSON.stringify(siteConfig(given), null, 2)}\n` }] : []),
  looks: ({ settings }) =>
    settings.site === undefined
      ? {}
      : {
          digest: { kind: 'digest', name: 'SITE_DIGEST', paths: [config(settings), 'frontend/dist'], digits: 40 },
          projects: PROJECTS,
          deployments: ask(failed('[code: 8000007]'), 'wrangler', 'pages', 'deployment', 'list', '--project-name', named(settings).site, '--environment', 'production', '--json'),
        },
  decide: ({ settings }, answers) => {
    if (settings.site === undefined) return { steps: [] }
    const { site } = named(settings)
    const digest = answerOf(answers, 'digest').stdout.trim()
    const steps: Step[] = []
    if (projectDomains(answerOf(answers, 'projects'), site) === undefined) {
      // Without --force wrangler may, by what runs it, make a Worker in its place.
      const argv = ['wrangler', 'pages', 'project', 'create', site, '--production-branch', BRANCH, '--force'] as const
      steps.push({ kind: 'run', why: 'the Pages project', command: { argv }, changes: true })
    }
    const served = deployedSite(answerOf(answers, 'deployments'))
    if (served === undefined || served === '' || !digest.startsWith(served)) {
      const argv = ['wrangler', 'pages', 'deploy', '--branch', BRANCH, '--commit-hash', digest, '--commit-message', 'scripts/deploy', '--commit-dirty=true'] as const
      steps.push({ kind: 'run', why: 'the site, with its settings', command: { argv, cwd: folder(settings) }, changes: true })
    }
    return { steps }
  },
}

/** Whether the site answers where it shall: domains are added by hand. */
export const siteAddress: Stage = {
  title: 'Address of the site',
  looks: ({ settings }) => (settings.site === undefined ? {} : { projects: { ...PROJECTS, empty: said(JSON.stringify([{ 'Project Name': named(settings).site, 'Project Domains': new URL(settings.site.url).hostname }])) } }),
  decide: ({ settings }, answers) => {
    if (settings.site === undefined) return { steps: [] }
    const domains = projectDomains(answerOf(answers, 'projects'), named(settings).site) ?? []
    const { hostname } = new URL(settings.site.url)
    if (domains.includes(hostname)) return { steps: [] }
    return { steps: [], notes: [`the site answers at ${domains.join(', ')} only: add ${hostname} in the dashboard, under Workers & Pages, ${named(settings).site}, Custom domains, or change site.url`] }
  },
}

/** The site's configuration: the committed one, with what it is told about this runner. */
export function siteConfig({ settings, site }: Given): Record<string, unknown> {
  const { author, runner, appview } = settings
  const more = settings.site?.vars
  const bundle = (name: string) => `${author.did}/${name}/${author.channel}`
  return {
    ...site,
    name: named(settings).site,
    pages_build_output_dir: '../../../../frontend/dist',
    vars: { ...fields(site['vars']), NUXT_PUBLIC_RUNNER_URL: runner.url, NUXT_PUBLIC_VOD_BUNDLE: bundle(VOD), ...(appview && { NUXT_PUBLIC_APPVIEW_BUNDLE: bundle(APPVIEW) }), ...more },
  }
}
