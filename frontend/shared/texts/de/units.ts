import type { Texts } from '../texts.ts'

const MONTHS = ['Jan.', 'Feb.', 'März', 'Apr.', 'Mai', 'Juni', 'Juli', 'Aug.', 'Sept.', 'Okt.', 'Nov.', 'Dez.']
const count = (amount: number, unit: string) => (amount === 1 ? `1 ${unit}` : `${amount} ${unit}n`)

export const units: Texts['units'] = {
  date: (day, month, year) => `${day}. ${MONTHS[month] ?? ''} ${year}`,
  hours: (amount) => count(amount, 'Stunde'),
  minutes: (amount) => count(amount, 'Minute'),
  seconds: (amount) => count(amount, 'Sekunde'),
}
