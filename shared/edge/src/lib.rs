//! The edge: everything that touches the Workers platform, and nothing that decides.
//!
//! Two users share it. A bundle's wasm crate calls [`main!`] and gets the ports of `at-run` filled, loaded by a
//! runner or deployed alone. The dispatcher (feature `runner`) gets its own: the transport, R2 as a store, the Worker
//! Loader, the egress gateway. Natively the crate is empty.

#![cfg(target_arch = "wasm32")]

mod body;
mod bundle;
mod every_answer;
mod exception;
mod transport;

#[cfg(feature = "runner")]
pub mod background;
#[cfg(feature = "runner")]
pub mod call;
#[cfg(feature = "runner")]
pub mod egress;
#[cfg(feature = "runner")]
mod guard;
#[cfg(feature = "runner")]
pub mod host;
#[cfg(feature = "runner")]
pub mod inward;
#[cfg(feature = "runner")]
pub mod journal;
#[cfg(feature = "runner")]
pub mod journal_object;
#[cfg(feature = "runner")]
pub mod ledger;
#[cfg(feature = "runner")]
pub mod ledger_object;
#[cfg(feature = "runner")]
pub mod loader;
#[cfg(feature = "runner")]
pub mod outward;
#[cfg(feature = "runner")]
pub mod start;
#[cfg(feature = "runner")]
pub mod store;
#[cfg(feature = "runner")]
pub mod warm;

pub use bundle::{scheduled, serve};
#[cfg(feature = "runner")]
use streamhut_release::{ModuleType, VerifiedModule};
pub use transport::WorkerTransport;

/// Milliseconds since 1970.
pub fn now_ms() -> u64 {
    worker::Date::now().as_millis()
}

/// Makes the Worker of a bundle: `at_run_edge::main!(bundle)` where `fn bundle() -> at_run::Bundle`.
///
/// The crate needs `worker` and `wasm-bindgen` among its dependencies, whose macros name them.
#[macro_export]
macro_rules! main {
    ($bundle:path) => {
        thread_local! {
            static BUNDLE: ::std::rc::Rc<::at_run::Bundle> = ::std::rc::Rc::new($bundle());
        }

        #[::worker::event(fetch)]
        async fn fetch(
            request: ::worker::web_sys::Request,
            env: ::worker::Env,
            context: ::worker::Context,
        ) -> ::worker::Result<::worker::web_sys::Response> {
            let bundle = BUNDLE.with(::std::rc::Rc::clone);
            $crate::serve(&bundle, request, env, context).await
        }

        #[::worker::event(scheduled)]
        async fn scheduled(
            event: ::worker::ScheduledEvent,
            env: ::worker::Env,
            _context: ::worker::ScheduleContext,
        ) {
            let bundle = BUNDLE.with(::std::rc::Rc::clone);
            $crate::scheduled(&bundle, &event, env).await;
        }

        /// What the built module says of itself, for `at-run deploy` to compare with the manifest it publishes.
        #[::wasm_bindgen::prelude::wasm_bindgen]
        pub struct AtRun;

        #[::wasm_bindgen::prelude::wasm_bindgen]
        impl AtRun {
            /// The manifest as JSON.
            pub fn manifest() -> ::std::result::Result<::std::string::String, ::wasm_bindgen::JsError> {
                BUNDLE
                    .with(|bundle| $crate::manifest_json(bundle))
                    .map_err(|error| ::wasm_bindgen::JsError::new(&error))
            }
        }
    };
}

/// A bundle's manifest as JSON, or what is wrong with it.
pub fn manifest_json(bundle: &at_run::Bundle) -> Result<String, String> {
    let manifest = bundle.manifest().map_err(|error| error.to_string())?;
    serde_json::to_string(&manifest).map_err(|error| error.to_string())
}
