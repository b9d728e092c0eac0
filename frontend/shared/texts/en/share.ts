/** Handing a video on. */
export const share = {
  open: 'Share',
  title: 'Share this video',
  close: 'Close',
  link: 'Link',
  at: (time: string) => `Start at ${time}`,
  copy: 'Copy',
  copied: 'Copied',
  notCopied: 'Copying did not work. Select the text and copy it.',
  embed: 'Code for a web page',
  system: 'Share with an app…',
  bluesky: 'Post on Bluesky',
  code: 'Show a QR code',
  codeOf: 'QR code of the link',
  codeFailed: 'The QR code could not be made.',
}
