import type { Texts } from './texts/texts.ts'

/** Labels such as `flashingLights` and `nudity` as people say them: `flashing lights, nudity`. Unknown ones are taken apart. */
export function warningWords(labels: readonly string[], { words }: Texts['warnings']): string {
  return labels.map((label) => (Object.hasOwn(words, label) ? words[label] : apart(label))).join(', ')
}

function apart(label: string): string {
  return label.replace(/(?<=\p{Ll})\p{Lu}(?=\p{Ll})/gu, (capital) => ` ${capital.toLowerCase()}`).replaceAll(/[-_]+/g, ' ')
}
