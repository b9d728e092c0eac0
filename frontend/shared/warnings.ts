/** Labels such as `flashingLights` and `nudity` as people write them: `flashing lights, nudity`. */
export function warningWords(labels: readonly string[]): string {
  return labels.map((label) => label.replace(/(?<=\p{Ll})\p{Lu}(?=\p{Ll})/gu, (capital) => ` ${capital.toLowerCase()}`).replaceAll(/[-_]+/g, ' ')).join(', ')
}
