/** Why a page can't be shown: a headline, and what it means for the viewer. */
export const faults = {
  again: 'Try again',
  newest: 'See the newest videos',
  unconfigured: {
    title: 'This site is not set up yet',
    detail: 'It has not been told which runner and which bundle to ask. Its operator sets NUXT_PUBLIC_RUNNER_URL and NUXT_PUBLIC_VOD_BUNDLE.',
  },
  goneVideo: { title: 'This video is not here', detail: 'It may have been removed by its creator, or the link may be incomplete.' },
  goneCreator: { title: 'This creator is not here', detail: 'The account may be gone or go by another name now, or the link may be incomplete.' },
  refused: { title: 'That address does not lead anywhere', detail: 'The link seems to be damaged. Start again from the newest videos.' },
  slow: { title: 'The answer takes too long', detail: 'The runner that serves these videos is slow at the moment.' },
  unreachable: { title: 'No connection', detail: 'The runner that serves these videos cannot be reached. It, or your network, may be down.' },
  offline: { title: 'You are offline', detail: 'This page comes as soon as your connection is back.' },
  unsupported: { title: 'This needs an index, which this site has none of', detail: 'It lists what one node tells it, the newest first. Searching, tags, orders and lengths need an index of all videos.' },
  nonsense: { title: 'The answer makes no sense', detail: 'The runner that serves these videos answered something that this site cannot read. Trying again may help.' },
  failing: { title: 'Something is broken on our side', detail: 'The runner that serves these videos answered with an error.' },
  notFound: { title: 'Nothing lives at this address', detail: 'The link may be old or mistyped.' },
  broken: { title: 'This page broke', detail: 'The fault is ours. Trying again often helps.' },
}
