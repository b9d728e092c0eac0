import { words, wrap } from "../../demo-media/mp4/boxes.ts";
import type { Sample, Track } from "../../demo-media/mp4/samples.ts";

/** Where a value of each sample is written: with the sample, as the fragment's default, or as the track's (then the caller has put it there). */
type Place = "trun" | "tfhd" | "trex";

/** How fragments are written. */
export type Style = {
  /** Samples of a moof, by default as many as there are. */
  perMoof?: number;
  /** Whether a moof goes on past a keyframe. */
  pastKeyframes?: boolean;
  /** Samples of a trun; by default all of the moof's. */
  perRun?: number;
  /** What data offsets count from: the moof (`default-base-is-moof`), or a place in the file (`base-data-offset`), which is the data's own. */
  base?: "moof" | "file";
  /** Which truns have a data offset; by default all. */
  dataOffset?: "all" | "first" | "none";
  size?: Place;
  flags?: Place;
  /** Writes mdat with a 64-bit size. */
  wideData?: boolean;
  /** Boxes before each moof that starts with a keyframe. */
  before?: Buffer[];
};

const SYNC = 0x0200_0000;
const NOT_SYNC = 0x0101_0000;

/** The flags of a sample (ISO/IEC 14496-12, 8.8.3.1). */
const flagsOf = ({ keyframe }: Sample): number => (keyframe ? SYNC : NOT_SYNC);

/** Writes a file of one track: its initialisation segment and its fragments. */
export function writeFragments({ init, id, samples }: Pick<Track, "init" | "id" | "samples">, style: Style = {}): Buffer {
  const parts: Buffer[] = [init];
  let position = init.length;
  const add = (...more: Buffer[]) => more.forEach((part) => (parts.push(part), (position += part.length)));
  chunks(samples, style).forEach((chunk, i) => {
    if (chunk[0]!.keyframe) add(...(style.before ?? []));
    add(writeMoof(id, i + 1, chunk, position, style), ...writeData(chunk, style));
  });
  return Buffer.concat(parts);
}

function chunks(samples: Sample[], { perMoof = Infinity, pastKeyframes = false }: Style): Sample[][] {
  const out: Sample[][] = [];
  for (const sample of samples) {
    const last = out.at(-1);
    if (!last || last.length >= perMoof || (sample.keyframe && !pastKeyframes)) out.push([sample]);
    else last.push(sample);
  }
  return out;
}

function writeData(samples: Sample[], { wideData }: Style): Buffer[] {
  const data = samples.map((sample) => sample.data);
  if (!wideData) return [wrap("mdat", ...data)];
  const head = Buffer.concat([words(1), Buffer.from("mdat"), Buffer.alloc(8)]);
  head.writeBigUInt64BE(BigInt(data.reduce((sum, { length }) => sum + length, 16)), 8);
  return [head, ...data];
}

function writeMoof(id: number, sequence: number, samples: Sample[], position: number, style: Style): Buffer {
  // The offsets depend on the size of the box that they stand in, not on their values.
  const draft = moofAt(id, sequence, samples, 0, 0, style);
  const data = draft.length + (style.wideData ? 16 : 8);
  return moofAt(id, sequence, samples, position + data, style.base === "file" ? 0 : data, style);
}

function moofAt(id: number, sequence: number, samples: Sample[], fileOffset: number, dataOffset: number, style: Style): Buffer {
  const { base = "moof", size = "trun", flags = "trun", perRun = samples.length, dataOffset: stated = "all" } = style;
  const first = samples[0]!;
  const fileBase = Buffer.alloc(8);
  fileBase.writeBigUInt64BE(BigInt(fileOffset));
  const tfhd = wrap(
    "tfhd",
    words((base === "moof" ? 0x2_0000 : 1) | (size === "tfhd" ? 0x10 : 0) | (flags === "tfhd" ? 0x20 : 0), id),
    ...(base === "file" ? [fileBase] : []),
    ...(size === "tfhd" ? [words(first.data.length)] : []),
    ...(flags === "tfhd" ? [words(flagsOf(samples.at(-1)!))] : []),
  );
  const time = Buffer.alloc(12);
  time[0] = 1;
  time.writeBigUInt64BE(BigInt(first.time), 4);
  const runs = [];
  let before = 0;
  for (let i = 0; i < samples.length; i += perRun) {
    const run = samples.slice(i, i + perRun);
    runs.push(writeRun(run, stated === "all" || (stated === "first" && i === 0) ? dataOffset + before : undefined, size, flags));
    before += run.reduce((sum, { data }) => sum + data.length, 0);
  }
  return wrap("moof", wrap("mfhd", words(0, sequence)), wrap("traf", tfhd, wrap("tfdt", time), ...runs));
}

function writeRun(samples: Sample[], offset: number | undefined, size: Place, flags: Place): Buffer {
  const composed = samples.some((sample) => sample.offset !== 0);
  // The keyframe at the front is then the only one that differs from the default.
  const firstFlags = flags !== "trun" && samples[0]!.keyframe;
  const head = (offset === undefined ? 0 : 1) | (firstFlags ? 4 : 0) | 0x100 | (size === "trun" ? 0x200 : 0) | (flags === "trun" ? 0x400 : 0) | (composed ? 0x800 : 0);
  const entries = samples.map((sample) =>
    words(
      sample.duration,
      ...(size === "trun" ? [sample.data.length] : []),
      ...(flags === "trun" ? [flagsOf(sample)] : []),
      ...(composed ? [sample.offset] : []),
    ),
  );
  return wrap(
    "trun",
    words(0x0100_0000 | head, samples.length, ...(offset === undefined ? [] : [offset]), ...(firstFlags ? [flagsOf(samples[0]!)] : [])),
    ...entries,
  );
}
