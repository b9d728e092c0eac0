import type { Texts } from '../texts.ts'

export const faults: Texts['faults'] = {
  again: 'Noch einmal versuchen',
  newest: 'Zu den neuesten Videos',
  unconfigured: {
    title: 'Diese Seite ist noch nicht eingerichtet',
    detail: 'Sie weiß nicht, welchen Runner und welches Bundle sie fragen soll. Wer sie betreibt, setzt NUXT_PUBLIC_RUNNER_URL und NUXT_PUBLIC_VOD_BUNDLE.',
  },
  goneVideo: { title: 'Dieses Video ist nicht hier', detail: 'Vielleicht hat es sein Urheber entfernt, oder der Link ist unvollständig.' },
  goneCreator: { title: 'Dieser Kanal ist nicht hier', detail: 'Vielleicht gibt es das Konto nicht mehr oder es heißt jetzt anders, oder der Link ist unvollständig.' },
  refused: { title: 'Diese Adresse führt nirgendwohin', detail: 'Der Link scheint beschädigt zu sein. Beginne neu bei den neuesten Videos.' },
  slow: { title: 'Die Antwort dauert zu lange', detail: 'Der Runner, der diese Videos ausliefert, ist gerade langsam.' },
  unreachable: { title: 'Keine Verbindung', detail: 'Der Runner, der diese Videos ausliefert, ist nicht erreichbar. Vielleicht liegt es an ihm, vielleicht an deinem Netz.' },
  offline: { title: 'Du bist offline', detail: 'Diese Seite kommt, sobald deine Verbindung wieder da ist.' },
  unsupported: { title: 'Dafür braucht es einen Index, und diese Seite hat keinen', detail: 'Sie zeigt, was ein einzelner Knoten ihr sagt, das Neueste zuerst. Suche, Schlagwörter, Reihenfolgen und Längen brauchen einen Index aller Videos.' },
  nonsense: { title: 'Die Antwort ergibt keinen Sinn', detail: 'Der Runner, der diese Videos ausliefert, hat etwas geantwortet, das diese Seite nicht lesen kann. Vielleicht hilft ein zweiter Versuch.' },
  failing: { title: 'Bei uns ist etwas kaputt', detail: 'Der Runner, der diese Videos ausliefert, hat mit einem Fehler geantwortet.' },
  notFound: { title: 'Unter dieser Adresse ist nichts', detail: 'Der Link ist vielleicht alt oder falsch geschrieben.' },
  broken: { title: 'Diese Seite ist kaputtgegangen', detail: 'Der Fehler liegt bei uns. Oft hilft ein zweiter Versuch.' },
}
