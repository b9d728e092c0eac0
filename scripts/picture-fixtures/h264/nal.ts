/** `nal_unit_type` (H.264, table 7-1) of what occurs here. */
export const NAL = { slice: 1, idr: 5, sei: 6, sps: 7, pps: 8, filler: 12 } as const;

/** A NAL unit's type. */
export const typeOf = (nal: Uint8Array): number => nal[0]! & 31;

/** Whether a NAL unit is a slice of a picture. */
export const isSlice = (nal: Uint8Array): boolean => typeOf(nal) === NAL.slice || typeOf(nal) === NAL.idr;

/** The NAL units of a sample. Throws a RangeError when a length reaches past its end. */
export function split(sample: Buffer, lengthSize = 4): Buffer[] {
  const nals: Buffer[] = [];
  for (let at = 0; at < sample.length; ) {
    const start = at + lengthSize;
    const end = start + sample.readUIntBE(at, lengthSize);
    if (end > sample.length) throw new RangeError(`NAL unit from ${start} to ${end} in a sample of ${sample.length} bytes`);
    nals.push(sample.subarray(start, end));
    at = end;
  }
  return nals;
}

/** A sample of these NAL units. Throws when one is too long for its length field. */
export function join(nals: readonly Uint8Array[], lengthSize = 4): Buffer {
  return Buffer.concat(
    nals.flatMap((nal) => {
      const length = Buffer.alloc(lengthSize);
      length.writeUIntBE(nal.length, 0, lengthSize);
      return [length, nal];
    }),
  );
}

/** A byte stream of these NAL units (H.264, annex B). */
export function annexB(nals: readonly Uint8Array[]): Buffer {
  return Buffer.concat(nals.flatMap((nal) => [Buffer.from([0, 0, 0, 1]), nal]));
}
