use super::answer::list;
use super::{AnswerError, MAX_PAGE, ViewError};
use crate::Comment;

/// A page of comments.
#[derive(Debug, Clone, PartialEq)]
pub struct CommentPage {
    /// In the node's order, newest first; at most [`MAX_PAGE`].
    pub comments: Vec<Comment>,
    /// For the next page; `None` at the end.
    pub cursor: Option<String>,
    /// Items that are no comments. The others of the page don't suffer from them.
    pub refused: Vec<ViewError>,
}

/// Reads an answer of `getComments`.
///
/// # Errors
/// [`AnswerError`] `NotJson` or `NoArray`. Bad items are counted in the page instead.
pub fn parse_comments(body: &[u8]) -> Result<CommentPage, AnswerError> {
    let listed = list(body, "comments")?;
    let mut page = CommentPage { comments: Vec::new(), cursor: listed.cursor, refused: Vec::new() };
    for item in listed.items.iter().take(MAX_PAGE as usize) {
        match Comment::from_value(item) {
            Ok(comment) => page.comments.push(comment),
            Err(error) => page.refused.push(error),
        }
    }
    Ok(page)
}
