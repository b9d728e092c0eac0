// The dispatcher's entry: the Rust Worker, and the classes that loaded bundles are handed in place of a network
// and a bucket. A class can't be made from Rust, because `extends WorkerEntrypoint` is JavaScript's own; each
// asks Rust for every decision and touches no body.
import { WorkerEntrypoint } from "cloudflare:workers";
import worker, { Gateway } from "./build/index.js";

export default worker;

/** A bundle's only way out. `props.allow` lists what its release declares, `props.host` is ours. */
export class Egress extends WorkerEntrypoint {
  fetch(request) {
    return Gateway.egress(request, this.env, this.ctx.props);
  }
}

/** A bundle's own corner of the bucket. `props.prefix` is the dispatcher's; a key can't leave it. */
export class Blobs extends WorkerEntrypoint {
  #key(key) {
    return Gateway.blobKey(this.ctx.props.prefix, key);
  }
  async get(key, range) {
    const object = await this.env.BUCKET.get(this.#key(key), range ? { range } : undefined);
    return object && { body: object.body, size: object.size, etag: object.httpEtag };
  }
  async head(key) {
    const object = await this.env.BUCKET.head(this.#key(key));
    return object && { size: object.size, etag: object.httpEtag };
  }
  async put(key, body) {
    const object = await this.env.BUCKET.put(this.#key(key), body);
    return { size: object.size, etag: object.httpEtag };
  }
  async delete(key) {
    await this.env.BUCKET.delete(this.#key(key));
  }
}
