// The dispatcher's entry: the Rust Worker, and the classes that loaded bundles are handed in place of a network
// and of bindings. A class can't be made from Rust, because `extends WorkerEntrypoint` is JavaScript's own; each
// asks Rust for every decision and touches no body.
import { WorkerEntrypoint } from "cloudflare:workers";
import Worker, { Gateway, Ledger } from "./build/index.js";
import { warm } from "./warm.mjs";

// A plain object, because the platform makes an instance of a class for each request; the Rust Worker's class is made
// only where it is asked. Everything but warm calls is its own.
export default {
  fetch: (request, env, ctx) => warm(request, env) ?? new Worker(ctx, env).fetch(request),
  scheduled: (event, env, ctx) => new Worker(ctx, env).scheduled(event),
  queue: (batch, env, ctx) => new Worker(ctx, env).queue(batch),
};

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
