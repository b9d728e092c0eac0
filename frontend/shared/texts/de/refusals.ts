import type { refusals as english } from '../en/refusals.ts'

export const refusals: typeof english = {
  ended: 'Nicht getan: Deine Sitzung ist abgelaufen.',
  forbidden: 'Nicht getan: Du hast dieser Seite das nicht erlaubt. Melde dich neu an, um es zu erlauben.',
  refused: 'Nicht getan: Dein Server hat abgelehnt.',
  away: 'Nicht getan: Dein Server antwortet nicht.',
}
