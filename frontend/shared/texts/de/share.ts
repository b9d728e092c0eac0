import type { share as english } from '../en/share.ts'

export const share: typeof english = {
  open: 'Teilen',
  title: 'Dieses Video teilen',
  close: 'Schließen',
  link: 'Adresse',
  at: (time) => `Bei ${time} beginnen`,
  copy: 'Kopieren',
  copied: 'Kopiert',
  notCopied: 'Das Kopieren ging nicht. Markiere den Text und kopiere ihn selbst.',
  embed: 'Code für eine Webseite',
  system: 'Mit einer App teilen …',
  bluesky: 'Auf Bluesky posten',
  code: 'QR-Code zeigen',
  codeOf: 'QR-Code der Adresse',
  codeFailed: 'Der QR-Code konnte nicht erstellt werden.',
}
