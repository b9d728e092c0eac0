import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { words, wrap } from "../mp4/boxes.ts";
import type { Sample, Track } from "../mp4/samples.ts";
import { type Segment, writeMedia } from "../playlist.ts";

/** The extended type of a C2PA box (C2PA specification, embedding manifests into BMFF-based assets). */
export const C2PA_UUID = Buffer.from("d8fec3d61b0e483c92975828877ec481", "hex");

/** An extended type of our own for the box that stands where MUXL has its own. */
export const MUXL_LIKE_UUID = Buffer.from("6d75786c2d6c696b652d626f782d3031", "hex");

const C2PA_SIZE = 4096;
const BLOB = "media.mp4";

/** A track and the name of its playlist, without suffix. */
export type NamedTrack = { name: string; track: Track };

/** What a written track's playlist is made of. */
export type WrittenTrack = { name: string; init: Buffer; segments: Segment[] };

/**
 * Writes `media.mp4`, and `<name>.m3u8` and `<name>-init.mp4` per track, in the layout of Streamplace's live archives:
 * per GOP and track `[uuid C2PA][uuid MUXL]`, then a moof of one sample and an mdat per frame; tracks take turns GOP by GOP.
 * The first track's keyframes cut all tracks. The uuid boxes hold no signature, only zeros.
 */
export async function writeMuxl(tracks: NamedTrack[], folder: string): Promise<WrittenTrack[]> {
  const lead = tracks[0]!.track;
  const cuts = lead.samples.filter(({ keyframe }) => keyframe).map(({ time }) => time / lead.timescale);
  const parts: Buffer[] = [];
  const written = tracks.map(({ name, track }) => ({ name, init: track.init, segments: [] as Segment[] }));
  let start = 0;
  cuts.forEach((from, gop) => {
    const to = cuts[gop + 1] ?? Infinity;
    tracks.forEach(({ track }, i) => {
      const samples = track.samples.filter(({ time }) => time / track.timescale >= from && time / track.timescale < to);
      const segment = writeSegment(track.id, samples);
      const seconds = samples.reduce((sum, { duration }) => sum + duration, 0) / track.timescale;
      written[i]!.segments.push({ uri: BLOB, start, length: segment.length, seconds });
      parts.push(segment);
      start += segment.length;
    });
  });
  await writeFile(join(folder, BLOB), Buffer.concat(parts));
  for (const { name, init, segments } of written) {
    await writeFile(join(folder, `${name}-init.mp4`), init);
    await writeFile(join(folder, `${name}.m3u8`), writeMedia({ map: { uri: `${name}-init.mp4`, start: 0 }, segments }));
  }
  return written;
}

function writeSegment(id: number, samples: Sample[]): Buffer {
  const c2pa = wrap("uuid", C2PA_UUID, words(0), Buffer.from("manifest\0", "latin1"), Buffer.alloc(C2PA_SIZE - 37));
  const muxl = wrap("uuid", MUXL_LIKE_UUID, words(0, samples.length));
  return Buffer.concat([c2pa, muxl, ...samples.flatMap((sample, i) => [writeMoof(id, i + 1, sample), wrap("mdat", sample.data)])]);
}

/** The moof that MUXL writes: bare tfhd, 64-bit tfdt, and a trun that states duration, size and flags of its one sample. */
function writeMoof(id: number, sequence: number, { time, duration, offset, keyframe, data }: Sample): Buffer {
  const flags = keyframe ? 0x0200_0000 : 0x0101_0000;
  const entry = offset === 0 ? words(duration, data.length, flags) : words(duration, data.length, flags, offset);
  const tfdt = Buffer.alloc(12, 0);
  tfdt[0] = 1;
  tfdt.writeBigUInt64BE(BigInt(time), 4);
  const size = 8 + 16 + 8 + 16 + 20 + (8 + 12 + entry.length);
  const trun = wrap("trun", words(0x0100_0701 | (offset === 0 ? 0 : 0x800), 1, size + 8), entry);
  const moof = wrap("moof", wrap("mfhd", words(0, sequence)), wrap("traf", wrap("tfhd", words(0, id)), wrap("tfdt", tfdt), trun));
  if (moof.length !== size) throw new Error(`moof of ${moof.length} bytes, but its data offset assumes ${size}`);
  return moof;
}
