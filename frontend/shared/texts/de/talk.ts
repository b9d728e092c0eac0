import type { talk as english } from '../en/talk.ts'

export const talk: typeof english = {
  like: 'Gefällt mir',
  likes: (amount) => (amount === 1 ? '1 Like' : `${amount} Likes`),

  comments: 'Kommentare',
  yourComment: 'Dein Kommentar',
  signInToSay: 'Zum Kommentieren anmelden',
  left: (amount) => (amount >= 0 ? `noch ${amount} Zeichen` : `${-amount} Zeichen zu viel`),
  send: 'Senden',
  cancel: 'Abbrechen',
  said: 'Dein Kommentar ist da.',
  answer: 'Antworten',
  answerTo: (name) => `Deine Antwort an ${name}`,
  answers: 'antwortet',
  somebody: 'auf einen Kommentar',
  delete: 'Löschen',
  sure: 'Wirklich löschen?',
  yesDelete: 'Ja, löschen',
  keep: 'Nein, behalten',
  deleted: 'Dein Kommentar ist gelöscht.',
  noComments: 'Noch keine Kommentare.',
  commentsAway: 'Die Kommentare sind gerade nicht zu haben.',
  fetchingComments: 'Kommentare werden geholt …',
  moreComments: 'Mehr Kommentare',
  newestComments: 'Zurück zu den neuesten Kommentaren',
}
