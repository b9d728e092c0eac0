import type { Texts } from '../texts.ts'

export const warnings: Texts['warnings'] = {
  notice: 'Inhaltswarnung:',
  open: 'Trotzdem abspielen',
  words: {
    death: 'Tod',
    drugUse: 'Drogenkonsum',
    fantasyViolence: 'Fantasygewalt',
    flashingLights: 'Lichtblitze',
    language: 'derbe Sprache',
    nudity: 'Nacktheit',
    PII: 'persönliche Daten',
    sexuality: 'Sexualität',
    suffering: 'Leid',
    violence: 'Gewalt',
  },
}
