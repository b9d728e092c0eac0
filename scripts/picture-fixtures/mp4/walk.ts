/** A sample of a fragmented file: its bytes' place, and its times in ticks of its track. */
export type Placed = { offset: number; size: number; decoded: number; shown: number; sync: boolean };

/** The first video track of a file: where its initialisation ends, and all of its samples. */
export type VideoTrack = { initBytes: number; timescale: number; entry: string; samples: Placed[] };

type Box = { type: string; start: number; body: number; end: number };
type Defaults = { duration: number; size: number; flags: number };

const NOT_SYNC = 0x0001_0000;

/** Boxes with 32-bit, 64-bit and open-ended sizes; a last one that is cut off ends where its parent does. */
function* boxes(file: Buffer, start: number, end: number): Generator<Box> {
  for (let at = start; at + 8 <= end; ) {
    const small = file.readUInt32BE(at);
    const size = small === 1 ? Number(file.readBigUInt64BE(at + 8)) : small === 0 ? end - at : small;
    yield { type: file.toString("latin1", at + 4, at + 8), start: at, body: at + (small === 1 ? 16 : 8), end: Math.min(at + size, end) };
    at += size;
  }
}

function find(file: Buffer, parent: { body: number; end: number }, path: string): Box {
  let place = parent;
  for (const type of path.split("/")) {
    const next = [...boxes(file, place.body, place.end)].find((one) => one.type === type);
    if (!next) throw new Error(`no ${type} (of ${path})`);
    place = next;
  }
  return place as Box;
}

/** Finds the samples of the first video track (ISO/IEC 14496-12, 8.8). Edit lists are not looked at. */
export function walk(file: Buffer): VideoTrack {
  const moov = find(file, { body: 0, end: file.length }, "moov");
  const trak = [...boxes(file, moov.body, moov.end)].find(
    (one) => one.type === "trak" && file.toString("latin1", find(file, one, "mdia/hdlr").body + 8, find(file, one, "mdia/hdlr").body + 12) === "vide",
  );
  if (!trak) throw new Error("no video track");
  const tkhd = find(file, trak, "tkhd").body;
  const mdhd = find(file, trak, "mdia/mdhd").body;
  const stsd = find(file, trak, "mdia/minf/stbl/stsd").body;
  const id = file.readUInt32BE(tkhd + (file[tkhd] === 1 ? 20 : 12));
  const mvex = find(file, moov, "mvex");
  const trex = [...boxes(file, mvex.body, mvex.end)].find((one) => one.type === "trex" && file.readUInt32BE(one.body + 4) === id)!.body;
  const defaults: Defaults = { duration: file.readUInt32BE(trex + 12), size: file.readUInt32BE(trex + 16), flags: file.readUInt32BE(trex + 20) };
  const samples = [...boxes(file, 0, file.length)].filter(({ type }) => type === "moof").flatMap((moof) => fragment(file, moof, id, defaults));
  return {
    initBytes: moov.end,
    timescale: file.readUInt32BE(mdhd + (file[mdhd] === 1 ? 20 : 12)),
    entry: file.toString("latin1", stsd + 12, stsd + 16),
    samples,
  };
}

function fragment(file: Buffer, moof: Box, id: number, trex: Defaults): Placed[] {
  const samples: Placed[] = [];
  let previousEnd = moof.start;
  for (const traf of boxes(file, moof.body, moof.end)) {
    if (traf.type !== "traf") continue;
    const { own, base, defaults } = trackFragment(file, traf, trex, moof.start, previousEnd);
    let time = 0;
    let at = base;
    for (const part of boxes(file, traf.body, traf.end)) {
      if (part.type === "tfdt") time = file[part.body] === 1 ? Number(file.readBigUInt64BE(part.body + 4)) : file.readUInt32BE(part.body + 4);
      if (part.type !== "trun") continue;
      const run = trackRun(file, part, defaults, base, at, time);
      if (own === id) samples.push(...run.samples);
      ({ at, time } = run);
    }
    previousEnd = at;
  }
  return samples;
}

function trackFragment(file: Buffer, traf: Box, trex: Defaults, moof: number, previousEnd: number) {
  const tfhd = find(file, traf, "tfhd").body;
  const flags = file.readUInt32BE(tfhd) & 0xff_ffff;
  let at = tfhd + 8;
  const next = (flag: number, fallback: number): number => (flags & flag ? file.readUInt32BE((at += 4) - 4) : fallback);
  let base = flags & 0x2_0000 ? moof : previousEnd;
  if (flags & 1) (base = Number(file.readBigUInt64BE(at))), (at += 8);
  next(2, 0);
  const defaults: Defaults = { duration: next(8, trex.duration), size: next(0x10, trex.size), flags: next(0x20, trex.flags) };
  return { own: file.readUInt32BE(tfhd + 4), base, defaults };
}

function trackRun(file: Buffer, trun: Box, defaults: Defaults, base: number, from: number, decoded: number) {
  const flags = file.readUInt32BE(trun.body) & 0xff_ffff;
  const count = file.readUInt32BE(trun.body + 4);
  let field = trun.body + 8;
  const next = (flag: number, fallback: number): number => (flags & flag ? file.readUInt32BE((field += 4) - 4) : fallback);
  let at = flags & 1 ? base + (next(1, 0) | 0) : from;
  const first = next(4, defaults.flags);
  const samples: Placed[] = [];
  let time = decoded;
  for (let i = 0; i < count; i++) {
    const duration = next(0x100, defaults.duration);
    const size = next(0x200, defaults.size);
    const own = next(0x400, i === 0 && flags & 4 ? first : defaults.flags);
    const shown = time + (next(0x800, 0) | 0);
    samples.push({ offset: at, size, decoded: time, shown, sync: (own & NOT_SYNC) === 0 });
    at += size;
    time += duration;
  }
  return { samples, at, time };
}
