/** What the header says of signing in; the rest comes with the pages that need it. */
export const account = {
  signIn: 'Sign in',
  signOut: 'Sign out',
  menu: (name: string) => `Your account: ${name}`,
  myChannel: 'My channel',
  ended: 'Your session is over. Sign in again to go on.',
  understood: 'OK',
}
