import { box } from "../../demo-media/mp4/boxes.ts";
import { edit, STSD } from "./edit.ts";

/** An `avcC` box (ISO/IEC 14496-15, 5.3.3.1); `more` is what the High profiles append. */
export type Configuration = { lengthSize: number; sps: Buffer[]; pps: Buffer[]; profile: Buffer; more: Buffer };

const ENTRY = `${STSD}/avc1`;

/** Reads the content of an `avcC` box. */
export function readConfiguration(content: Buffer): Configuration {
  let at = 5;
  const sets = (count: number): Buffer[] =>
    Array.from({ length: count }, () => {
      const start = at + 2;
      at = start + content.readUInt16BE(at);
      return content.subarray(start, at);
    });
  const sps = sets(content[at++]! & 31);
  const pps = sets(content[at++]!);
  return { lengthSize: (content[4]! & 3) + 1, sps, pps, profile: content.subarray(1, 4), more: content.subarray(at) };
}

/** The content of an `avcC` box. */
export function writeConfiguration({ lengthSize, sps, pps, profile, more }: Configuration): Buffer {
  const sets = (all: Buffer[]): Buffer[] =>
    all.flatMap((one) => {
      const length = Buffer.alloc(2);
      length.writeUInt16BE(one.length);
      return [length, one];
    });
  const head = Buffer.concat([Buffer.from([1]), profile, Buffer.from([0xfc | (lengthSize - 1), 0xe0 | sps.length])]);
  return Buffer.concat([head, ...sets(sps), Buffer.from([pps.length]), ...sets(pps), more]);
}

/** The `avcC` of an initialisation segment with one track of H.264, whose entry is `avc1` or `avc3`. */
export function configurationOf(init: Buffer): Configuration {
  const stsd = box(init, STSD);
  const avcC = box(init, "avcC", { body: stsd.body + 16 + 78, end: stsd.end });
  return readConfiguration(init.subarray(avcC.body, avcC.end));
}

/** Changes the `avcC` of an initialisation segment with one `avc1` entry. */
export function reconfigure(init: Buffer, change: (was: Configuration) => Partial<Configuration>): Buffer {
  return edit(init, `${ENTRY}/avcC`, (content) => {
    const was = readConfiguration(content);
    return writeConfiguration({ ...was, ...change(was) });
  });
}
