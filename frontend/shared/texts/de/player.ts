import type { Texts } from '../texts.ts'

export const player: Texts['player'] = {
  region: (title) => `Player: ${title}`,
  play: (title) => `${title} abspielen`,
  loading: 'Das Video wird geladen',
  stopped: {
    gone: 'Der Stream dieses Videos ist nicht mehr da.',
    unreachable: 'Der Stream antwortet nicht. Vielleicht ist die Verbindung unterbrochen.',
    slow: 'Der Stream braucht ungewöhnlich lange.',
    unplayable: 'Dieser Browser kann das Video nicht weiter abspielen.',
  },
  speed: 'Geschwindigkeit',
  quality: 'Qualität',
  onStreamhut: 'auf Streamhut',
  elsewhere: 'Den Stream in einem anderen Player öffnen',
}
