import { words } from "../../demo-media/mp4/boxes.ts";
import { edit, STSD } from "./edit.ts";

/** A display matrix (ISO/IEC 14496-12, 8.3.2) that turns clockwise a picture of this size. */
export function turned(init: Buffer, degrees: 90 | 180 | 270, width: number, height: number): Buffer {
  const [a, b, c, d, x, y] = { 90: [0, 1, -1, 0, height, 0], 180: [-1, 0, 0, -1, width, height], 270: [0, -1, 1, 0, 0, width] }[degrees] as number[];
  const one = 0x1_0000;
  const matrix = words(a! * one, b! * one, 0, c! * one, d! * one, 0, x! * one, y! * one, 0x4000_0000);
  return edit(init, "moov/trak/tkhd", (content) => Buffer.concat([content.subarray(0, 40), matrix, content.subarray(76)]));
}

/** Takes `pasp`, the shape of pixels, out of the sample entry. */
export const withoutPasp = (init: Buffer): Buffer => edit(init, `${STSD}/avc1/pasp`, () => undefined);

/** Gives pixels this width and height, in a sample entry that has a `pasp`. */
export const withPasp = (init: Buffer, width: number, height: number): Buffer => edit(init, `${STSD}/avc1/pasp`, () => words(width, height));

/** States the size and flags that samples have when fragments don't say. */
export const withTrex = (init: Buffer, size: number, flags: number): Buffer =>
  edit(init, "moov/mvex/trex", (content) => Buffer.concat([content.subarray(0, 16), words(size, flags)]));
