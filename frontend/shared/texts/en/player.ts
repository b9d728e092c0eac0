/** The player and what stands on its stage. */
export const player = {
  region: (title: string) => `Player: ${title}`,
  play: (title: string) => `Play ${title}`,
  loading: 'Loading the video',
  stopped: {
    gone: 'The stream of this video is no longer there.',
    unreachable: 'The stream does not answer. The connection may be down.',
    slow: 'The stream takes unusually long to start.',
    unplayable: 'This browser cannot go on playing this video.',
  },
  speed: 'Speed',
  quality: 'Quality',
  onStreamhut: 'on Streamhut',
  elsewhere: 'Open the stream in another player',
}
