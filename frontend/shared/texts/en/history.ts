/** What was watched in this browser. */
export const history = {
  title: 'History',
  intro: 'Kept in this browser alone, and sent to nobody.',
  needsScript: 'Your browser keeps this list, and JavaScript shows it.',
  remember: 'Remember what I watch here',
  off: 'Nothing new is remembered.',
  clear: 'Clear the history',
  cleared: 'The history is empty.',
  undo: 'Undo',
  forget: (title: string) => `Remove ${title} from the history`,
  forgotten: (title: string) => `${title} was removed.`,
  leftAt: (time: string) => `Watched to ${time}`,
  none: { title: 'Nothing watched yet', detail: 'Videos that you watch in this browser appear here.' },
}
