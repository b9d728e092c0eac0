/** What this site is; each part has a headline and paragraphs. */
export const about = {
  title: 'About Streamhut',
  parts: [
    { title: 'What this is', text: ['A place to watch videos from people who keep them themselves. Each video is a record in its creator’s own repository on the AT Protocol, the network that Bluesky runs on.'] },
    { title: 'Where the videos live', text: ['Streamhut keeps no video. The record lives on its creator’s server, and the film with Streamplace, from where your browser fetches it. A creator who deletes the record takes the video down, here and everywhere.', 'The lists, pictures and pages are made by open code that anybody can check and run: it is published in its author’s repository, as the videos are.'] },
    { title: 'Your privacy', text: ['There are no trackers, no advertisements and no scripts or fonts of others. Cookies hold your language, your choice of light or dark and how wide you like the player, and nothing else. Whoever signs in is remembered by this browser until they sign out. What you have watched stays in this browser; you can switch that off and clear it on the history page.', 'Whoever serves a video or a picture sees, as any web server does, the address of your connection.'] },
    { title: 'Adding your channel', text: ['Publish a video with Streamplace. Then sign in here with your handle and choose to add your channel: your videos are listed within minutes. You can take it back at any time.'] },
  ],
  licence: 'Streamhut is free software under the',
  licenceName: 'MIT licence',
}
