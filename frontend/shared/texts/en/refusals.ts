/** Why something that the viewer wanted wasn't done. */
export const refusals = {
  ended: 'Not done: your session is over.',
  forbidden: 'Not done: you haven’t allowed this site to do that. Sign in again to allow it.',
  refused: 'Not done: your server refused.',
  away: 'Not done: your server doesn’t answer.',
}
