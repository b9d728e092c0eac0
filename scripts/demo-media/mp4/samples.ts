import { box, boxes } from "./boxes.ts";

/** One coded frame. Times count in the track's timescale; `offset` is composition minus decoding time. */
export type Sample = { time: number; duration: number; offset: number; keyframe: boolean; data: Buffer };

/** One track of a fragmented file: its initialisation segment (ftyp + moov) and its samples in decoding order. */
export type Track = { init: Buffer; id: number; timescale: number; samples: Sample[] };

const NOT_SYNC = 0x0001_0000;

/** Reads a file as `-movflags empty_moov+frag_every_frame+default_base_moof` writes it: one track, one sample per moof. */
export function readFragmented(file: Buffer): Track {
  const moov = box(file, "moov");
  const mdhd = box(file, "trak/mdia/mdhd", moov);
  const tkhd = box(file, "trak/tkhd", moov);
  const wide = file[mdhd.body] === 1;
  const timescale = file.readUInt32BE(mdhd.body + (wide ? 20 : 12));
  const id = file.readUInt32BE(tkhd.body + (file[tkhd.body] === 1 ? 20 : 12));
  const samples: Sample[] = [];
  const top = boxes(file);
  top.forEach((moof, i) => {
    const mdat = top[i + 1];
    if (moof.type === "moof" && mdat?.type === "mdat") samples.push(readSample(file, moof, file.subarray(mdat.body, mdat.end)));
  });
  return { init: file.subarray(0, moov.end), id, timescale, samples };
}

function readSample(file: Buffer, moof: { body: number; end: number }, data: Buffer): Sample {
  const traf = box(file, "traf", moof);
  const tfhd = box(file, "tfhd", traf);
  const tfdt = box(file, "tfdt", traf);
  const trun = box(file, "trun", traf);
  let duration = 0;
  let size = 0;
  let flags = 0;
  let offset = 0;

  const fixed = file.readUInt32BE(tfhd.body);
  let at = tfhd.body + 8;
  if (fixed & 0x01) at += 8;
  if (fixed & 0x02) at += 4;
  if (fixed & 0x08) (duration = file.readUInt32BE(at)), (at += 4);
  if (fixed & 0x10) (size = file.readUInt32BE(at)), (at += 4);
  if (fixed & 0x20) flags = file.readUInt32BE(at);

  const own = file.readUInt32BE(trun.body);
  const count = file.readUInt32BE(trun.body + 4);
  if (count !== 1) throw new Error(`${count} samples in the moof at ${moof.body - 8}, not one`);
  at = trun.body + 8;
  if (own & 0x001) at += 4;
  if (own & 0x004) (flags = file.readUInt32BE(at)), (at += 4);
  if (own & 0x100) (duration = file.readUInt32BE(at)), (at += 4);
  if (own & 0x200) (size = file.readUInt32BE(at)), (at += 4);
  if (own & 0x400) (flags = file.readUInt32BE(at)), (at += 4);
  if (own & 0x800) offset = file.readInt32BE(at);
  if (size !== data.length) throw new Error(`sample of ${size} bytes in an mdat of ${data.length}`);

  const time = file[tfdt.body] === 1 ? Number(file.readBigUInt64BE(tfdt.body + 4)) : file.readUInt32BE(tfdt.body + 4);
  return { time, duration, offset, keyframe: (flags & NOT_SYNC) === 0, data };
}
