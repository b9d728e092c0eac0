// The dispatcher's entry: the Rust Worker, and the classes that loaded bundles are handed in place of a network
// and of bindings. A class can't be made from Rust, because `extends WorkerEntrypoint` is JavaScript's own; each
// asks Rust for every decision and touches no body.
import { WorkerEntrypoint } from "cloudflare:workers";
import Worker, { Gateway, Journal, Ledger } from "./build/index.js";
import { callsWereMade, cpuWasUsed, handOver, linesWereWritten } from "./journal.mjs";
import { warm } from "./warm.mjs";

// A plain object, because the platform makes an instance of a class for each request; the Rust Worker's class is made
// only where it is asked. Everything but warm calls is its own.
export default {
  fetch: (request, env, ctx) => warm(request, env, ctx) ?? long(request, env, ctx),
  scheduled: (event, env, ctx) => new Worker(ctx, env).scheduled(event),
  async queue(batch, env, ctx) {
    await new Worker(ctx, env).queue(batch);
    if (isWatching(env)) callsWereMade(env, ctx);
  },
};

async function long(request, env, ctx) {
  // What this isolate knows is told with the rest.
  if (isWatching(env) && /\/(logs|admin\/metrics)\b/.test(request.url)) await handOver(env);
  const answer = await new Worker(ctx, env).fetch(request);
  if (isWatching(env)) callsWereMade(env, ctx);
  return answer;
}

/** Whether logs and metrics of bundles are collected. */
function isWatching(env) {
  return env.LOGS !== "off";
}

/** What keeps a bundle's state: one Durable Object for each bundle. */
export { Ledger };

/** What keeps a bundle's log and its metrics: one Durable Object for each bundle. */
export { Journal };

/** A bundle's only way out. `props.grant` says whose it is and where it may go. Raw sockets have none: no `connect`. */
export class Egress extends WorkerEntrypoint {
  fetch(request) {
    return Gateway.egress(request, this.env, this.ctx, this.ctx.props.grant);
  }
}

/** What a bundle may ask of its runner: storage, cache, leases, tasks, other bundles, lines in its log. */
export class Host extends WorkerEntrypoint {
  fetch(request) {
    const { grant, hidden } = this.ctx.props;
    if (request.url === "https://host/log" && isWatching(this.env)) linesWereWritten(this.env, this.ctx);
    return Gateway.host(request, this.env, this.ctx, grant, hidden);
  }
}

/**
 * Whom the platform tells of a bundle's calls once they are over: what it printed and threw, and what ended it. A plain
 * object, because there is one of these for each call.
 */
export const Tail = {
  tail(events, env, ctx) {
    let told;
    for (const event of events) {
      // Nearly all calls are well and silent, and of them there is nothing to tell but their CPU time.
      const { cpuTime, outcome } = event;
      if (cpuTime > 0) cpuWasUsed(ctx.props.bundle, cpuTime);
      if (outcome === "ok" && event.logs.length === 0 && event.exceptions.length === 0) continue;
      const { url, headers } = event.event?.request ?? {};
      const { logs, exceptions, truncated } = event;
      (told ??= []).push({ outcome, logs, exceptions, truncated, url, request: headers?.["at-run-request-id"] });
    }
    if (told === undefined) return;
    const { grant, hidden } = ctx.props;
    if (Gateway.tail(JSON.stringify(told), grant, hidden)) linesWereWritten(env, ctx);
  },
};
