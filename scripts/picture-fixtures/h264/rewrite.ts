import type { Track } from "../../demo-media/mp4/samples.ts";
import { configurationOf, reconfigure } from "../mp4/avcc.ts";
import { join, NAL, split, typeOf } from "./nal.ts";
import { build, intraSlice, parse, pps, sps, type Values } from "./syntax.ts";

/** Changes the SPS of an initialisation segment, and what `avcC` repeats of it. */
export function changeSps(init: Buffer, change: (values: Values) => Values): Buffer {
  return reconfigure(init, (was) => {
    const parsed = parse(was.sps[0]!, sps);
    const changed = build({ ...parsed, values: { ...parsed.values, ...change(parsed.values) } }, sps);
    return { sps: [changed, ...was.sps.slice(1)], profile: changed.subarray(1, 4) };
  });
}

/** Changes the NAL units of each sample. */
export function changeSamples(track: Track, change: (nals: Buffer[], index: number) => Buffer[]): Track {
  return { ...track, samples: track.samples.map((sample, i) => ({ ...sample, data: join(change(split(sample.data), i)) })) };
}

/** Takes SEI out that is user data (H.264, D.1.6): x264 tells its build and options in it. */
export function withoutUserData(track: Track): Track {
  return changeSamples(track, (nals) => nals.filter((nal) => typeOf(nal) !== NAL.sei || nal[1] !== 5));
}

/**
 * Moves default scaling lists from the PPS to the SPS. Expects a PPS as x264 writes it for `cqm=jvt`:
 * with a matrix that states no list, so that all fall back to the defaults (H.264, table 7-2).
 */
export function scalingListsInSps(init: Buffer): Buffer {
  const lists = Array.from({ length: 8 }, (_, i) => [`seq_scaling_list_present_flag[${i}]`, 0]);
  const moved = changeSps(init, () => ({ seq_scaling_matrix_present_flag: 1, ...Object.fromEntries(lists) }));
  return reconfigure(moved, (was) => {
    const parsed = parse(was.pps[0]!, pps);
    const [transform8x8, matrix, ...more] = parsed.rest;
    const flags = transform8x8 ? 8 : 6;
    if (matrix !== 1 || more.slice(0, flags).includes(1)) throw new Error("expected a PPS with a scaling matrix that states no list");
    return { pps: [build({ ...parsed, rest: [transform8x8!, 0, ...more.slice(flags)] }, pps)] };
  });
}

/**
 * Makes field pictures of a clip in CAVLC that has a slice in each frame and IDR pictures alone: frames 2n and 2n+1 become the top and
 * the bottom field of one. The bits of the residual stay and are read by the field scan, so what is seen is not what was encoded,
 * and all the same well-formed: every step of decoding a field is passed.
 */
export function pairToFields(track: Track): Track {
  const was = configurationOf(track.init);
  const set = parse(was.sps[0]!, sps).values;
  // x264 promises intra pictures alone and no references, which a second field that is no IDR picture may not (H.264, A.2 and 7.4.2.1.1).
  const promises = { constraint_flags: 0, level_idc: 30, max_num_ref_frames: 1 };
  const fieldSet = { ...set, ...promises, frame_mbs_only_flag: 0, mb_adaptive_frame_field_flag: 0, direct_8x8_inference_flag: 1 };
  const field = (sample: Buffer, bottom: boolean): Buffer => {
    const [slice, ...others] = split(sample).filter((nal) => typeOf(nal) === NAL.idr);
    if (!slice || others.length > 0) throw new Error("expected one IDR slice");
    const parsed = parse(slice, intraSlice(true, set));
    const values = { ...parsed.values, field_pic_flag: 1, bottom_field_flag: bottom ? 1 : 0, adaptive_ref_pic_marking_mode_flag: 0 };
    // The second field of an IDR picture is none itself (H.264, 7.4.1.2.4).
    return build({ ...parsed, header: bottom ? 0x60 | NAL.slice : parsed.header, values }, intraSlice(!bottom, fieldSet));
  };
  const samples = track.samples
    .map((sample, i) => ({ sample, next: track.samples[i + 1] }))
    .filter(({ next }, i) => i % 2 === 0 && next)
    .map(({ sample, next }) => ({ ...sample, duration: 2 * sample.duration, data: join([field(sample.data, false), field(next!.data, true)]) }));
  return { ...track, init: changeSps(track.init, () => fieldSet), samples };
}
