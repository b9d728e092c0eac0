// The dispatcher's entry: the Rust Worker, and the classes that loaded bundles are handed in place of a network
// and of bindings. A class can't be made from Rust, because `extends WorkerEntrypoint` is JavaScript's own; each
// asks Rust for every decision and touches no body.
import { WorkerEntrypoint } from "cloudflare:workers";
import worker, { Gateway, Ledger } from "./build/index.js";
import { warm } from "./warm.mjs";

/** Everything but warm calls is the Rust Worker's. */
class Dispatcher extends worker {
  fetch(request) {
    return warm(request, this.env) ?? super.fetch(request);
  }
}

export default Dispatcher;

/** What keeps a bundle's state: one Durable Object for each bundle. */
export { Ledger };

/** A bundle's only way out. `props.grant` says whose it is and where it may go. Raw sockets have none: no `connect`. */
export class Egress extends WorkerEntrypoint {
  fetch(request) {
    return Gateway.egress(request, this.env, this.ctx, this.ctx.props.grant);
  }
}

/** What a bundle may ask of its runner: storage, cache, leases, tasks, other bundles. */
export class Host extends WorkerEntrypoint {
  fetch(request) {
    return Gateway.host(request, this.env, this.ctx, this.ctx.props.grant);
  }
}
