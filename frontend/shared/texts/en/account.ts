/** Signing in, and what it is for. */
export const account = {
  signIn: 'Sign in',
}
