/** What creators warn of. */
export const warnings = {
  notice: 'Content warning:',
  open: 'Play anyway',
  /** Labels that are known, and how people say them; others are told as they are written. */
  words: {
    death: 'death',
    drugUse: 'drug use',
    fantasyViolence: 'fantasy violence',
    flashingLights: 'flashing lights',
    language: 'strong language',
    nudity: 'nudity',
    PII: 'personal information',
    sexuality: 'sexuality',
    suffering: 'suffering',
    violence: 'violence',
  } as Record<string, string>,
}
