import { box, boxes } from "./boxes.ts";

/** The first sample entry's type and where its boxes are. */
function sampleEntry(init: Buffer): { type: string; body: number; end: number } {
  const stsd = box(init, "moov/trak/mdia/minf/stbl/stsd");
  const entry = stsd.body + 8;
  const type = init.toString("latin1", entry + 4, entry + 8);
  const head = type === "avc1" ? 78 : 28;
  return { type, body: entry + 8 + head, end: entry + init.readUInt32BE(entry) };
}

/**
 * RFC 6381 codec string of an initialisation segment that holds one track of H.264, AAC or Opus.
 * Throws when it is another codec.
 */
export function codecString(init: Buffer): string {
  const entry = sampleEntry(init);
  if (entry.type === "avc1") {
    const avcC = box(init, "avcC", entry);
    return `avc1.${init.toString("hex", avcC.body + 1, avcC.body + 4)}`;
  }
  if (entry.type === "Opus") return "opus";
  if (entry.type === "mp4a") return `mp4a.40.${audioObjectType(init, box(init, "esds", entry))}`;
  throw new Error(`no codec string for a sample entry ${entry.type}`);
}

/** The 5-bit audio object type that opens the AudioSpecificConfig (ISO/IEC 14496-3, 1.6.2.1), found behind its descriptor tags. */
function audioObjectType(init: Buffer, esds: { body: number; end: number }): number {
  const skipLength = (at: number): number => {
    while ((init[at] ?? 0) & 0x80) at++;
    return at + 1;
  };
  let at = esds.body + 4;
  if (init[at] !== 3) throw new Error(`ES descriptor expected at ${at}, found tag ${init[at]}`);
  at = skipLength(at + 1) + 3;
  if (init[at] !== 4) throw new Error(`decoder configuration expected at ${at}, found tag ${init[at]}`);
  at = skipLength(at + 1) + 13;
  if (init[at] !== 5) throw new Error(`decoder specific info expected at ${at}, found tag ${init[at]}`);
  return (init[skipLength(at + 1)] ?? 0) >> 3;
}

/** Types of the first sample entry of each track, such as `avc1` and `mp4a`. */
export function sampleEntries(init: Buffer): string[] {
  const moov = box(init, "moov");
  return boxes(init, moov.body, moov.end)
    .filter(({ type }) => type === "trak")
    .map((trak) => {
      const stsd = box(init, "mdia/minf/stbl/stsd", trak);
      return init.toString("latin1", stsd.body + 12, stsd.body + 16);
    });
}

/** Width and height of the first track's avc1 sample entry, in pixels. */
export function pictureSize(init: Buffer): [width: number, height: number] {
  const stsd = box(init, "moov/trak/mdia/minf/stbl/stsd");
  return [init.readUInt16BE(stsd.body + 40), init.readUInt16BE(stsd.body + 42)];
}
