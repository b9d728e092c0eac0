//! Who is asked for DIDs and handles.

use streamhut_atproto::{HandleResolver, Resolver};
use streamhut_outbound::{LoopbackOrigins, Policy};
use url::Url;

use crate::arguments::{Directories, Global};
use crate::chain::Sources;
use crate::fault::Fault;
use crate::pds::Service;

/// Whom to ask. Of this machine only what the user named may be asked: the directory, and the `service`.
pub fn sources(
    global: &Global,
    directories: &Directories,
    service: Option<&Service>,
) -> Result<Sources, Fault> {
    let url = |service: &Service| {
        Url::parse(service.origin()).map_err(|error| Fault::Usage(format!("{}: {error}", service.origin())))
    };
    let plc = Service::parse(&directories.plc)?;
    let here = [Some(&plc), service].into_iter().flatten().filter(|service| service.is_loopback());
    let origins = here.map(Service::origin).collect::<Vec<_>>().join(" ");
    let loopback = LoopbackOrigins::parse(&origins)
        .map_err(|origin| Fault::Usage(format!("`{origin}`: an address on this machine needs a port")))?;
    let tests = service.filter(|service| service.is_loopback()).map(url).transpose()?;
    let dns = Url::parse(&directories.dns)
        .map_err(|error| Fault::Usage(format!("--dns `{}`: {error}", directories.dns)))?;
    let deadline_ms = u32::try_from(global.timeout().as_millis()).unwrap_or(u32::MAX);
    Ok(Sources {
        resolver: Resolver { plc: url(&plc)?, deadline_ms },
        handles: HandleResolver { dns, tests, deadline_ms },
        policy: Policy::new(Vec::new(), loopback),
        deadline_ms,
    })
}
