import type { Texts } from '../texts.ts'

export const account: Texts['account'] = {
  signIn: 'Anmelden',
  signOut: 'Abmelden',
  menu: (name) => `Dein Konto: ${name}`,
  myChannel: 'Mein Kanal',
  ended: 'Deine Sitzung ist abgelaufen. Melde dich neu an, um weiterzumachen.',
  understood: 'In Ordnung',
}
