//! Settings of a bundle that asks for accounts.

/// A server of `app.bsky.actor.getProfiles`, a public host; `https://public.api.bsky.app` unless set, and `off` for none.
pub const PROFILES_URL: &str = "PROFILES_URL";
/// The directory of did:plc; `https://plc.directory` unless set.
pub const PLC_URL: &str = "PLC_URL";
/// DNS over HTTPS, for handles; `https://cloudflare-dns.com/dns-query` unless set.
pub const DOH_URL: &str = "DOH_URL";
/// A PDS that is no public host, on a network of one's own. It is believed for handles under `.test`.
pub const PDS_URL: &str = "PDS_URL";

/// All of them.
pub const ALL: [&str; 4] = [PROFILES_URL, PLC_URL, DOH_URL, PDS_URL];

/// What a bundle's `net` permission needs for them, beside `*`.
pub const HOSTS: [&str; 3] = ["config:PLC_URL", "config:DOH_URL", "config:PDS_URL"];
