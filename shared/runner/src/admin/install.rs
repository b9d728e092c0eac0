//! An installation on its way in: held to the release that it installs.

use std::{collections::BTreeMap, rc::Rc};

use serde::{Deserialize, Serialize};
use streamhut_atproto::Did;
use streamhut_outbound::Transport;
use streamhut_release::{BundleName, CHANNEL_KEY_LATEST, Channel, Release, Selector};
use url::Url;

use super::invalid;
use crate::{Caps, Fault, Installation, Runner, Store, memory::Content, proof::RecordId, route::shorten};

/// What is sent to install a bundle; everything may be left out.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct InstallRequest {
    /// The channel whose release its jobs run; `latest` unless given.
    channel: Option<Channel>,
    /// The operator's settings.
    #[serde(default)]
    config: BTreeMap<String, String>,
    /// Limits below those that the release declares.
    #[serde(default)]
    caps: Caps,
    /// A host of its own.
    host: Option<String>,
}

/// What came of it.
#[derive(Clone, Debug, Serialize)]
pub struct Installed {
    /// The installation as it is kept.
    pub installation: Installation,
    /// The version that its channel points at.
    pub version: String,
    /// That release's record CID.
    pub cid: String,
}

impl InstallRequest {
    /// Reads the body of a request; an empty one asks for the defaults.
    ///
    /// # Errors
    /// 400 with what the parser said.
    pub fn parse(body: &[u8]) -> Result<Self, Fault> {
        if body.trim_ascii().is_empty() {
            return Ok(Self::default());
        }
        serde_json::from_slice(body).map_err(|error| invalid(format!("the body is no installation: {error}")))
    }

    fn of(self, did: Did, name: BundleName) -> Result<Installation, Fault> {
        if self.caps.cpu_ms == Some(0) {
            return Err(invalid("cpuMs is 0, and a call takes at least 1".to_owned()));
        }
        let channel = match self.channel {
            Some(channel) => channel,
            None => CHANNEL_KEY_LATEST.parse().map_err(|reason| Fault::InvalidName { reason })?,
        };
        Ok(Installation { did, name, channel, config: self.config, caps: self.caps, host: self.host })
    }
}

impl<T: Transport + Send + Sync, S: Store> Runner<T, S> {
    /// Installs a bundle, or changes its installation, once the release at its channel is proven and has every
    /// setting that is given.
    ///
    /// # Errors
    /// 400 for settings that the release doesn't read, or a host that no bundle can have; 404 when there is no such
    /// release; 409 when another bundle has the host; 502 to 504 where identity, PDS or store are at fault.
    pub async fn install_checked(
        &self,
        did: Did,
        name: BundleName,
        request: InstallRequest,
        now: u64,
    ) -> Result<Installed, Fault> {
        let installation = request.of(did, name)?;
        let (release, cid) = self.release_to_install(&installation, now).await?;
        check_config(&installation, &release)?;
        self.install(installation.clone(), now).await?;
        Ok(Installed { installation, version: release.manifest.version.to_string(), cid })
    }

    /// The release at the installation's channel. The policy is not asked: the operator installs what they like.
    async fn release_to_install(
        &self,
        installation: &Installation,
        now: u64,
    ) -> Result<(Rc<Release>, String), Fault> {
        let Installation { did, name, channel, .. } = installation;
        let id = RecordId::of(did, name, &Selector::Channel(channel.clone()))?;
        let known = self.record(&id, now).await?;
        let Content::Channel(version, _) = known.content else {
            return Err(Fault::Internal(format!("{} is no channel", id.path())));
        };
        let id = RecordId::of(did, name, &Selector::Exact(version))?;
        let known = self.record(&id, now).await?;
        let Content::Release(release) = known.content else {
            return Err(Fault::Internal(format!("{} is no release", id.path())));
        };
        Ok((release, known.cid.to_string()))
    }
}

fn check_config(installation: &Installation, release: &Release) -> Result<(), Fault> {
    let manifest = &release.manifest;
    let unknown: Vec<String> = installation
        .config
        .keys()
        .filter(|name| !manifest.config.contains(name))
        .map(|name| shorten(name))
        .collect();
    if !unknown.is_empty() {
        let bundle = format!("{}/{}@{}", installation.did, manifest.name, manifest.version);
        return Err(Fault::UnknownSetting { bundle, unknown, known: manifest.config.clone() });
    }
    let permissions = &manifest.permissions;
    for entry in permissions.net.iter().chain(&permissions.bundles) {
        let Some(name) = entry.strip_prefix("config:") else { continue };
        let Some(value) = installation.config.get(name) else { continue };
        let is_web = Url::parse(value).is_ok_and(|url| matches!(url.scheme(), "http" | "https"));
        if !is_web {
            let value = shorten(value);
            return Err(invalid(format!("{name} is `{value}`; the release's permissions need a URL there")));
        }
    }
    Ok(())
}
