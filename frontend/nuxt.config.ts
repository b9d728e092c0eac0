import { leaveOutHlsParts } from './vite/hls-parts.ts'
import { fetchPlayerAhead } from './vite/player-ahead.ts'

const env = process.env

/** Modules of which every page needs something. */
const CORE = /node_modules[\\/](?:@vue|@unhead|vue|unhead|vue-router|nuxt|hookable|unctx|devalue|ofetch|ufo|h3|destr|defu|klona|nostics)[\\/]/

export default defineNuxtConfig({
  compatibilityDate: '2026-11-01',
  telemetry: false,
  devtools: { enabled: false },
  css: ['~/assets/css/tokens.css', '~/assets/css/base.css'],

  runtimeConfig: {
    // Read at build time here; NUXT_PUBLIC_RUNNER_URL and so on replace them at run time, so
    // that one build serves any runner.
    public: {
      runnerUrl: env.VITE_RUNNER_URL ?? '',
      vodBundle: env.VITE_VOD_BUNDLE ?? '',
      // Without one, creators can't add their channels.
      appviewBundle: env.VITE_APPVIEW_BUNDLE ?? '',
      // Whom browsers ask who a handle belongs to, and where a DID's server is.
      handleResolver: 'https://public.api.bsky.app',
      plcUrl: 'https://plc.directory',
    },
  },

  app: {
    head: {
      titleTemplate: '%s · Streamhut',
      meta: [
        { name: 'viewport', content: 'width=device-width, initial-scale=1' },
        { name: 'color-scheme', content: 'light dark' },
      ],
      link: [
        { rel: 'icon', type: 'image/svg+xml', href: '/favicon.svg' },
        { rel: 'manifest', href: '/manifest.webmanifest' },
        { rel: 'search', type: 'application/opensearchdescription+xml', title: 'Streamhut', href: '/opensearch.xml' },
      ],
    },
  },

  vue: {
    compilerOptions: {
      isCustomElement: (tag) => tag.startsWith('media-') || tag === 'hls-video',
    },
  },

  // No component of ours or of Nuxt is written with options.
  vite: {
    plugins: [leaveOutHlsParts()],
    define: { __VUE_OPTIONS_API__: 'false' },
    $client: {
      build: {
        rolldownOptions: {
          // What every page needs comes as one file: it compresses better than a dozen.
          output: { codeSplitting: { groups: [{ name: 'core', test: CORE }] } },
        },
      },
    },
  },
  hooks: {
    // Pages fetch ahead what their links lead to; OAuth, which few need, would come along with every page.
    'build:manifest'(manifest) {
      for (const file of Object.values(manifest)) file.prefetch = false
      fetchPlayerAhead(manifest)
    },
  },

  // As files: crawlers read no more than the first 16 kB, and everything that they look for has to be in there.
  features: { inlineStyles: false },

  typescript: { strict: true },
  // Nobody polls for new builds: a page lives as long as its tab. When code can't be fetched, plugins/connection.client.ts decides.
  experimental: {
    appManifest: false,
    emitRouteChunkError: 'manual',
    // A link's page is fetched when somebody is about to follow it: fetched as they come into view, a dozen links keep a phone busy.
    defaults: { nuxtLink: { prefetchOn: { visibility: false, interaction: true } } },
  },

  nitro: {
    preset: env.NITRO_PRESET ?? 'cloudflare_pages',
    cloudflare: { nodeCompat: true, deployConfig: false },
  },
})
