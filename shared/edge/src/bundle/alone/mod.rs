//! What a bundle has that its author deployed alone: the platform's own storage and cache, and no runner.

mod bucket;
mod cache;
mod locks;
mod no_runner;

use std::{cell::OnceCell, rc::Rc};

use at_run::Bundle;
use worker::Env;

use super::Place;

/// What the platform has itself.
pub(super) fn ports(bundle: &Bundle, env: &Env) -> Place {
    Place {
        blobs: Rc::new(bucket::BucketBlobs::of(env)),
        cache: Rc::new(cache::PlatformCache::of(&name(bundle))),
        leases: Rc::new(locks::IsolateLocks),
        tasks: Rc::new(no_runner::NoRunner),
        calls: Rc::new(no_runner::NoRunner),
        log: Rc::new(|line| worker::console_log!("{line}")),
    }
}

/// The bundle's name, which only its manifest tells. An isolate holds one bundle.
fn name(bundle: &Bundle) -> Rc<str> {
    thread_local! {
        static NAME: OnceCell<Rc<str>> = const { OnceCell::new() };
    }
    let read = || bundle.manifest().map(|manifest| manifest.name.to_string()).unwrap_or_default().into();
    NAME.with(|name| name.get_or_init(read).clone())
}
