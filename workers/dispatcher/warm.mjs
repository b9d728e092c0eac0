// The warm path: a call of a release that is in memory and loaded. Rust decides it in one answer; the exchange is
// done here, because every step between JavaScript and wasm costs more than the step itself. Whatever is out of the
// ordinary (a body, a credential, a redirect, an error) goes the long way, through Rust.
import { Gateway } from "./build/index.js";

/** Headers that are not looked at more closely: no longer than this, no more than that many. */
const PLAIN_LENGTH = 512;
const PLAIN_COUNT = 32;

let rules;

/** The answer, or `undefined` when this request is not a warm one. */
export function warm(request, env) {
  const { method, url, headers } = request;
  if ((method !== "GET" && method !== "HEAD") || headers.has("authorization")) return undefined;
  const told = Gateway.warm(url, method, Date.now());
  if (told === undefined) return undefined;
  const [requestId, id, target, ms] = told.split("\n");
  return exchange({ env, method, url, headers, requestId, id, target, ms: Number(ms) });
}

async function exchange({ env, method, url, headers, requestId, id, target, ms }) {
  rules ??= read(Gateway.rules());
  const inner = { "at-run-request-id": requestId };
  for (const name of rules.goesIn) {
    const value = headers.get(name);
    if (value !== null) inner[name] = value;
  }
  let timer;
  const deadline = new Promise((resolve) => {
    timer = setTimeout(resolve, ms);
  });
  try {
    const bundle = env.LOADER.get(id, () => Gateway.code(url, id, requestId)).getEntrypoint();
    const called = bundle.fetch(target, { method, headers: inner, redirect: "manual" });
    const answer = await Promise.race([called, deadline]);
    return answer === undefined ? Gateway.failed(url, requestId, undefined) : outward(answer, requestId);
  } catch (error) {
    return Gateway.failed(url, requestId, error);
  } finally {
    clearTimeout(timer);
  }
}

/** The same body with the headers that may go out. */
function outward(answer, requestId) {
  const headers = new Headers(rules.common);
  headers.set("x-request-id", requestId);
  let count = 0;
  for (const [name, value] of answer.headers) {
    if (++count > PLAIN_COUNT || name === "location" || value.length > PLAIN_LENGTH) return Gateway.outward(answer, requestId);
    if (rules.comesOut.has(name)) headers.set(name, value);
  }
  return new Response(answer.body, { status: answer.status, headers });
}

function read(json) {
  const { goesIn, comesOut, common } = JSON.parse(json);
  return { goesIn, comesOut: new Set(comesOut), common: new Headers(common) };
}
