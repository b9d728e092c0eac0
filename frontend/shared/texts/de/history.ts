import type { history as english } from '../en/history.ts'

export const history: typeof english = {
  title: 'Verlauf',
  intro: 'Nur in diesem Browser, und für niemanden sonst.',
  needsScript: 'Dein Browser bewahrt diese Liste auf, und JavaScript zeigt sie.',
  remember: 'Merken, was ich hier ansehe',
  off: 'Nichts Neues wird gemerkt.',
  clear: 'Verlauf leeren',
  cleared: 'Der Verlauf ist leer.',
  undo: 'Rückgängig',
  forget: (title) => `${title} aus dem Verlauf entfernen`,
  forgotten: (title) => `${title} wurde entfernt.`,
  leftAt: (time) => `Gesehen bis ${time}`,
  none: { title: 'Noch nichts gesehen', detail: 'Videos, die du in diesem Browser ansiehst, erscheinen hier.' },
}
