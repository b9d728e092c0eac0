const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec']
const count = (amount: number, unit: string) => (amount === 1 ? `1 ${unit}` : `${amount} ${unit}s`)

/** Amounts and dates. They are spelt without a locale database: server and browser must write the same text. */
export const units = {
  /** `month` from 0. */
  date: (day: number, month: number, year: number) => `${day} ${MONTHS[month] ?? ''} ${year}`,
  hours: (amount: number) => count(amount, 'hour'),
  minutes: (amount: number) => count(amount, 'minute'),
  seconds: (amount: number) => count(amount, 'second'),
}
