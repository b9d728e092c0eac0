const count = (amount: number, one: string, many: string) => `${amount} ${amount === 1 ? one : many}`

/** Likes and comments. */
export const talk = {
  like: 'Like',
  likes: (amount: number) => count(amount, 'like', 'likes'),

  comments: 'Comments',
  yourComment: 'Your comment',
  signInToSay: 'Sign in to comment',
  left: (amount: number) => (amount >= 0 ? `${count(amount, 'character', 'characters')} left` : `${count(-amount, 'character', 'characters')} too many`),
  send: 'Send',
  cancel: 'Cancel',
  said: 'Your comment is there.',
  answer: 'Answer',
  answerTo: (name: string) => `Your answer to ${name}`,
  answers: 'answers',
  somebody: 'a comment',
  delete: 'Delete',
  sure: 'Delete it?',
  yesDelete: 'Yes, delete',
  keep: 'No, keep',
  deleted: 'Your comment is deleted.',
  noComments: 'No comments yet.',
  commentsAway: 'The comments can’t be had at the moment.',
  fetchingComments: 'Fetching comments…',
  moreComments: 'More comments',
  newestComments: 'Back to the newest comments',
}
