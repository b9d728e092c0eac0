import { boxes, wrap } from "../../demo-media/mp4/boxes.ts";

/** How many bytes stand before the first box inside. */
function childrenAt(type: string): number {
  if (type === "stsd") return 8;
  // A visual sample entry (ISO/IEC 14496-12, 12.1.3).
  return /^(avc1|avc3|hvc1|hev1|av01|vp09)$/.test(type) ? 78 : 0;
}

/**
 * Changes the content of the first box at a path such as `moov/trak/tkhd`, and the sizes of what is around it.
 * `undefined` takes the box out. Throws when there is no such box.
 */
export function edit(file: Buffer, path: string, change: (content: Buffer) => Buffer | undefined): Buffer {
  const [type, ...deeper] = path.split("/");
  const found = boxes(file).find((one) => one.type === type);
  if (!type || !found) throw new Error(`no ${path}`);
  const content = file.subarray(found.body, found.end);
  const head = childrenAt(type);
  const changed =
    deeper.length === 0 ? change(content) : Buffer.concat([content.subarray(0, head), edit(content.subarray(head), deeper.join("/"), change)]);
  return Buffer.concat([file.subarray(0, found.start), ...(changed ? [wrap(type, changed)] : []), file.subarray(found.end)]);
}

/** Path of the sample entries' table. */
export const STSD = "moov/trak/mdia/minf/stbl/stsd";

/** Gives the one sample entry another type. */
export function retype(init: Buffer, type: string): Buffer {
  return edit(init, STSD, (content) => {
    const copy = Buffer.from(content);
    copy.write(type, 8 + 4, "latin1");
    return copy;
  });
}
