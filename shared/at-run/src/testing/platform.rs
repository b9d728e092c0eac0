//! The ports of one call, held to what the bundle's release declares.

use std::{collections::BTreeMap, rc::Rc};

use super::{
    Harness, calls::ScriptedCalls, meter::Metered, network::Network, no_runner::NoRunner,
    scripted::ScriptedHttp, socket::ScriptedSockets,
};
use crate::{Bundle, CallsPort, Ports, TasksPort};

impl Harness {
    fn metered<P>(&self, port: P) -> Rc<Metered<P>> {
        Rc::new(Metered { meter: self.meter.clone(), port })
    }

    pub(super) fn ports(&self) -> Ports {
        let Bundle { permissions, config, secrets, .. } = &self.bundle;
        // A release gets what it declares and nothing else.
        let declared = |names: &[String], given: &BTreeMap<String, String>| -> BTreeMap<String, String> {
            let given = given.iter().filter(|(name, _)| names.contains(name));
            given.map(|(name, value)| (name.clone(), value.clone())).collect()
        };
        let (config, secrets) = (declared(config, &self.config), declared(secrets, &self.secrets));
        let configured = |name: &str| config.get(name).map(String::as_str);
        let network = Rc::new(Network::of(&permissions.net, configured));
        let allowed =
            permissions.bundles.iter().filter_map(|entry| crate::other_bundle::resolve(entry, configured));
        let mut calls: Rc<dyn CallsPort> =
            Rc::new(ScriptedCalls { scripts: self.calls.clone(), allowed: allowed.collect() });
        let mut tasks: Rc<dyn TasksPort> = self.tasks.clone();
        if self.alone {
            (calls, tasks) = (Rc::new(NoRunner), Rc::new(NoRunner));
        }
        let sleeper = self.clock.clone();
        let (clock, log, later) = (self.clock.clone(), self.log.clone(), self.later.clone());
        Ports {
            http: self.metered(ScriptedHttp { scripts: self.http.clone(), network: network.clone() }),
            websocket: self.metered(ScriptedSockets { scripts: self.sockets.clone(), network }),
            blobs: self.metered(self.blobs.clone()),
            cache: self.metered(self.cache.clone()),
            leases: self.metered(self.leases.clone()),
            tasks: self.metered(tasks),
            calls: self.metered(calls),
            config: Rc::new(move |name| config.get(name).cloned()),
            secrets: Rc::new(move |name| secrets.get(name).cloned()),
            clock: Rc::new(move || clock.now()),
            log: Rc::new(move |line| log.borrow_mut().push(line.to_owned())),
            sleep: Rc::new(move |ms| {
                sleeper.advance(ms.into());
                Box::pin(async {})
            }),
            later: Rc::new(move |work| later.borrow_mut().push(work)),
        }
    }
}
