// Counts calls where they are fast, and has what was collected handed over to the journals: calls some seconds later,
// lines of a log soon. No request waits for it, and none writes more than numbers into memory.
import { Gateway } from "./build/index.js";

/** Milliseconds until calls are handed over, and until lines are. */
const CALLS_WAIT_MS = 10_000;
const LINES_WAIT_MS = 1_000;

/** Milliseconds after which a handing over counts as lost: the platform may end what waits. */
const LOST_MS = 20_000;

/** Most endpoints that are counted between two handings over. */
const MAX_METERS = 512;

/** By bundle and endpoint, what was counted since the last handing over. */
const meters = new Map();

/** Milliseconds of CPU by bundle since then. */
const cpu = new Map();

/** Until when a handing over is awaited, of either kind. */
const awaited = { calls: 0, lines: 0 };

/** What counts the calls of an endpoint. */
export function meterOf(bundle, endpoint, bounds) {
  const key = `${bundle} ${endpoint}`;
  let meter = meters.get(key);
  if (meter === undefined) {
    if (meters.size >= MAX_METERS) meters.clear();
    meter = { bundle, endpoint, bounds, outcomes: new Map(), classes: new Array(bounds.length + 1).fill(0), total: 0 };
    meters.set(key, meter);
  }
  return meter;
}

/** Counts a call. */
export function count(meter, status, ms) {
  meter.outcomes.set(status, (meter.outcomes.get(status) ?? 0) + 1);
  let index = 0;
  while (index < meter.bounds.length && ms > meter.bounds[index]) index++;
  meter.classes[index]++;
  meter.total += ms;
}

/** Counts CPU time, in milliseconds, where the platform tells it. */
export function cpuWasUsed(bundle, ms) {
  if (ms > 0 && (cpu.size < MAX_METERS || cpu.has(bundle))) cpu.set(bundle, (cpu.get(bundle) ?? 0) + ms);
}

/** Has calls handed over, unless somebody waits to do it. */
export function callsWereMade(env, ctx, now = Date.now()) {
  if (now >= awaited.calls) later(env, ctx, "calls", now, CALLS_WAIT_MS);
}

/** Has lines handed over, unless somebody waits to do it. */
export function linesWereWritten(env, ctx) {
  const now = Date.now();
  if (now >= awaited.lines) later(env, ctx, "lines", now, LINES_WAIT_MS);
}

function later(env, ctx, kind, now, ms) {
  awaited[kind] = now + ms + LOST_MS;
  ctx.waitUntil(
    new Promise((resolve) => setTimeout(resolve, ms)).then(() => {
      awaited[kind] = 0;
      return handOver(env);
    }),
  );
}

/** Hands everything over now. */
export function handOver(env) {
  return Gateway.hand_over(env, counted());
}

/** What was counted, which begins anew. */
function counted() {
  const all = [];
  for (const { bundle, endpoint, outcomes, classes, total } of meters.values()) {
    if (outcomes.size > 0) all.push([bundle, endpoint, [...outcomes].map(([status, times]) => [String(status), times]), [...classes], total]);
  }
  for (const meter of meters.values()) {
    meter.outcomes.clear();
    meter.classes.fill(0);
    meter.total = 0;
  }
  const used = [...cpu].map(([bundle, ms]) => [bundle, Math.round(ms)]);
  cpu.clear();
  return JSON.stringify([all, used]);
}
