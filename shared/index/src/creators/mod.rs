//! Who is indexed: those who registered, and those who were discovered.

mod change;
mod creator;
mod forget;
mod page;

pub use change::{Identity, discover, failed, identify, make_due, register, set_state, unchanged};
pub use creator::{Creator, State, due, get, read, untidy};
pub use forget::{forget, forgotten, read_forgotten, unregister};
pub use page::{CreatorPage, MAX_CREATORS, list, page};
