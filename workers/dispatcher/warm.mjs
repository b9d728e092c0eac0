// The warm path: a call of a release that is in memory and loaded. Rust decides once, with its reason to decide anew;
// the exchange is done here, because every step between JavaScript and wasm, and every promise, costs more than all
// that is decided. Whatever is out of the ordinary (a body, a credential, a redirect, an error) goes the long way,
// through Rust. `scripts/bench dispatch_warm` says what a change here costs.
import { Gateway } from "./build/index.js";
import { callsWereMade, count, meterOf } from "./journal.mjs";

/** Headers that are not looked at more closely: no longer than this, no more than that many. */
const PLAIN_LENGTH = 512;
const PLAIN_COUNT = 32;

/** Most exchanges that are remembered. */
const MAX_KNOWN = 512;

/** What Rust decided, by method and URL without query. */
const known = new Map();

let rules;

/** The answer, or `undefined` when this request is not a warm one. */
export function warm(request, env, ctx) {
  const { method, url } = request;
  if (method !== "GET" && method !== "HEAD") return undefined;
  const at = url.indexOf("?");
  // Asked once: the platform's clock stands still until something is awaited.
  const now = Date.now();
  const told = decided(method, at < 0 ? url : url.slice(0, at), now);
  if (told === undefined) return undefined;
  const requestId = half() + half();
  const headers = { "at-run-request-id": requestId, "at-run-base": told.base };
  const sent = request.headers;
  if (sent.has("authorization")) return undefined;
  // Asked by name, which costs less than to walk over all that a browser sends.
  for (const name of rules.goesIn) {
    const value = sent.get(name);
    if (value !== null) headers[name] = value;
  }
  const target = at < 0 ? told.target : told.target + url.slice(at);
  if (told.meter !== undefined) callsWereMade(env, ctx, now);
  return exchange(env.LOADER, told, url, target, { method, headers, redirect: "manual" }, requestId, now);
}

/** What Rust decided for this call, as long as nothing has changed since and nothing is due. */
function decided(method, place, now) {
  const key = method + place;
  const last = known.get(key);
  if (last !== undefined && now < last.freshUntil && Gateway.changes() === last.changes) return last;
  rules ??= read(Gateway.rules());
  const told = Gateway.warm(place, method, now);
  if (told === undefined) {
    known.delete(key);
    return undefined;
  }
  const [freshUntil, changes, id, target, ms, bundle] = told.split("\n");
  const base = place.slice(0, place.lastIndexOf("/"));
  // A meter that was dropped meanwhile counts on unseen until the next decision, which is half a minute away at most.
  const meter = bundle === "" ? undefined : meterOf(bundle, place.slice(base.length + 1), rules.bounds);
  const next = { freshUntil: Number(freshUntil), changes: Number(changes), id, target, base, ms: Number(ms), meter };
  if (known.size >= MAX_KNOWN) known.clear();
  known.set(key, next);
  return next;
}

/** Calls the bundle under the deadline: one promise, where a race of two would make five. */
function exchange(loader, { id, ms, meter }, url, target, init, requestId, began) {
  return new Promise((resolve) => {
    let isOver = false;
    // Whoever comes first is counted and answers.
    const isFirst = () => {
      if (isOver) return false;
      isOver = true;
      clearTimeout(timer);
      return true;
    };
    const failed = (error) => {
      if (isFirst()) resolve(Gateway.failed(url, requestId, error, Date.now() - began));
    };
    const thrown = (error) => failed(error ?? new Error("the bundle failed without a reason"));
    const timer = setTimeout(failed, ms, undefined);
    const answered = (answer) => {
      if (isOver) return void answer.body?.cancel().catch(() => {});
      try {
        const out = outward(answer, requestId);
        isFirst();
        if (meter !== undefined) count(meter, answer.status, Date.now() - began);
        resolve(out);
      } catch (error) {
        thrown(error);
      }
    };
    try {
      const bundle = loader.get(id, () => Gateway.code(url, id, requestId)).getEntrypoint();
      // Both in one `then`: a `catch` behind it would be another promise.
      bundle.fetch(target, init).then(answered, thrown);
    } catch (error) {
      thrown(error);
    }
  });
}

/**
 * The same body with the headers that may go out and those that every answer has. An answer that is so already passes
 * as it is: making another one over its body costs more than all the rest.
 */
function outward(answer, requestId) {
  let count = 0;
  let missing = rules.common.size + 1;
  let plain = answer.status !== 101;
  let asItIs = true;
  // `forEach` makes no array for each header, as an iterator does.
  answer.headers.forEach((value, name) => {
    plain &&= ++count <= PLAIN_COUNT && name !== "location" && value.length <= PLAIN_LENGTH;
    if (rules.comesOut.has(name)) return;
    if (value === (name === "x-request-id" ? requestId : rules.common.get(name))) missing--;
    else asItIs = false;
  });
  if (!plain) return Gateway.outward(answer, requestId);
  return asItIs && missing === 0 ? answer : rebuilt(answer, requestId);
}

function rebuilt(answer, requestId) {
  const headers = new Headers(rules.template);
  headers.set("x-request-id", requestId);
  answer.headers.forEach((value, name) => {
    if (rules.comesOut.has(name)) headers.set(name, value);
  });
  return new Response(answer.body, { status: answer.status, headers });
}

function read(json) {
  const { goesIn, comesOut, common, bounds } = JSON.parse(json);
  return {
    bounds,
    goesIn,
    comesOut: new Set(comesOut),
    common: new Map(Object.entries(common)),
    template: new Headers(common),
  };
}

/** Half of a request's id: eight hexadecimal digits, as many bits as a random number holds evenly. */
function half() {
  return Math.floor(Math.random() * 4_294_967_296).toString(16).padStart(8, "0");
}
