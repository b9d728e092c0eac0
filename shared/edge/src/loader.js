// The two things that workers-rs has no binding for: the Worker Loader, and the loopback stubs of this
// Worker's own entrypoint classes (`ctx.exports`).
import { exports } from "cloudflare:workers";

/** The loaded Worker of that id; `code` is asked for its code only when the platform holds no isolate of it. */
export function load(loader, id, code) {
  return loader.get(id, code).getEntrypoint();
}

/** The gateway through which a bundle's requests leave, bound to what it was granted. */
export function egress(props) {
  return exports.Egress({ props });
}

/** What a bundle may ask of its runner, bound to the same. */
export function host(props) {
  return exports.Host({ props });
}

/** Whom the platform tells of the bundle's calls, bound to the same. */
export function tail(props) {
  return exports.Tail({ props });
}
