/** A box of ISO/IEC 14496-12: its four letters, where it starts and ends, and where its content starts. */
export type Box = { type: string; start: number; body: number; end: number };

/** The boxes between `start` and `end`. Throws a RangeError when one doesn't fit. 64-bit and open-ended sizes don't occur in what we make, and are refused. */
export function boxes(bytes: Buffer, start = 0, end = bytes.length): Box[] {
  const found: Box[] = [];
  for (let at = start; at < end; ) {
    const size = at + 8 <= end ? bytes.readUInt32BE(at) : 0;
    if (size < 8 || at + size > end) throw new RangeError(`box of ${size} bytes at ${at}, but the parent ends at ${end}`);
    found.push({ type: bytes.toString("latin1", at + 4, at + 8), start: at, body: at + 8, end: at + size });
    at += size;
  }
  return found;
}

/** The first box at a path such as `moov/trak/mdia`. Throws when there is none. */
export function box(bytes: Buffer, path: string, within: { body: number; end: number } = { body: 0, end: bytes.length }): Box {
  let place = within;
  for (const type of path.split("/")) {
    const next = boxes(bytes, place.body, place.end).find((one) => one.type === type);
    if (!next) throw new Error(`no ${type} (of ${path}) in ${place.body}..${place.end}`);
    place = next;
  }
  return place as Box;
}

/** Wraps `parts` in a box. */
export function wrap(type: string, ...parts: Uint8Array[]): Buffer {
  const content = Buffer.concat(parts);
  const head = Buffer.alloc(8);
  head.writeUInt32BE(8 + content.length, 0);
  head.write(type, 4, "latin1");
  return Buffer.concat([head, content]);
}

/** Big-endian 32-bit words. */
export function words(...values: number[]): Buffer {
  const out = Buffer.alloc(values.length * 4);
  values.forEach((value, i) => out.writeUInt32BE(value >>> 0, i * 4));
  return out;
}
