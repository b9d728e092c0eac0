/**
 * A Vite plugin that leaves parts of hls.js out: encrypted media, CMCD, content steering, trick-play pictures and interstitials,
 * none of which a Streamplace node offers. hls.js itself treats each as optional; unnamed in its settings, it is shaken off the bundle.
 * Segments that are no fragmented MP4 are for its worker, a file of its own, which keeps every format.
 */
export function leaveOutHlsParts() {
  return {
    name: 'leave-out-hls-parts',
    transform(code: string, id: string) {
      if (!/\/hls\.js\/dist\/hls\.mjs(\?|$)/.test(id)) return undefined
      let rest = code
      for (const [setting, part] of PARTS) {
        const named = new RegExp(`(\\n\\s*${setting}: )${part}(?= *[,\\n])`)
        if (!named.test(rest)) throw new Error(`hls.js no longer names ${part} as its ${setting}`)
        rest = rest.replace(named, '$1undefined')
      }
      const alone = rest.replace(OTHER_FORMATS, '}];')
      if (alone === rest) throw new Error('hls.js no longer lists its formats as it did')
      return { code: alone, map: null }
    },
  }
}

const OTHER_FORMATS = /\}, \{\n  demux: TSDemuxer,[\s\S]*?\n\}\];\n\{\n  muxConfig\.splice\([\s\S]*?\n\}/

const PARTS = [
  ['emeController', 'EMEController'],
  ['cmcdController', 'CMCDController'],
  ['contentSteeringController', 'ContentSteeringController'],
  ['iframeController', 'IFrameController'],
  ['interstitialsController', 'InterstitialsController'],
] as const
