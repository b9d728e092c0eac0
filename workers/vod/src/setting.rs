//! Settings of this bundle, which an operator may give.

/// The Streamplace node to ask; `https://stream.place` unless set.
pub(crate) const STREAMPLACE_URL: &str = "STREAMPLACE_URL";
/// The base URL of an AppView's bundle, `…/bundle/{did}/streamhut-appview/{version}`: lists come from there.
pub(crate) const APPVIEW_URL: &str = "APPVIEW_URL";
/// Creators whose repos are listed when nobody else can: DIDs, parted by white space or commas.
pub(crate) const CREATORS: &str = "CREATORS";
/// The origin of the web player, to which shared pages lead.
pub(crate) const FRONTEND_ORIGIN: &str = "FRONTEND_ORIGIN";
pub(crate) use streamhut_accounts::setting::{DOH_URL, PDS_URL, PLC_URL, PROFILES_URL};
/// Bytes of pictures from which on the oldest go.
pub(crate) const PICTURES_BYTES: &str = "PICTURES_BYTES";

/// All of them.
pub(crate) const ALL: [&str; 9] = [
    STREAMPLACE_URL,
    APPVIEW_URL,
    CREATORS,
    FRONTEND_ORIGIN,
    PROFILES_URL,
    PLC_URL,
    DOH_URL,
    PDS_URL,
    PICTURES_BYTES,
];

/// Those whose hosts may be asked even where they are not public.
pub(crate) const HOSTS: [&str; 6] = [
    "*",
    "config:STREAMPLACE_URL",
    "config:APPVIEW_URL",
    "config:PLC_URL",
    "config:DOH_URL",
    "config:PDS_URL",
];
