import { BitReader, BitWriter, escape, unescape } from "./bits.ts";

/** Values of syntax elements, by their names in H.264, 7.3. */
export type Values = Record<string, number>;

/** Walks a structure's elements: reads or writes each, and gives its value. */
type Coder = { u(name: string, bits: number): number; ue(name: string): number };

/** The elements of one structure, in their order. */
type Syntax = (coder: Coder) => void;

/** A NAL unit taken apart: its elements, and the bits behind those that we name, as they were. */
export type Parsed = { header: number; values: Values; rest: number[] };

const HIGH_PROFILES = [100, 110, 122, 244, 44];

/** H.264, 7.3.2.1.1, up to the cropping. */
export const sps: Syntax = (coder) => {
  const profile = coder.u("profile_idc", 8);
  coder.u("constraint_flags", 8);
  coder.u("level_idc", 8);
  coder.ue("seq_parameter_set_id");
  if (HIGH_PROFILES.includes(profile)) {
    if (coder.ue("chroma_format_idc") === 3) coder.u("separate_colour_plane_flag", 1);
    coder.ue("bit_depth_luma_minus8");
    coder.ue("bit_depth_chroma_minus8");
    coder.u("qpprime_y_zero_transform_bypass_flag", 1);
    if (coder.u("seq_scaling_matrix_present_flag", 1)) {
      for (let i = 0; i < 8; i++) if (coder.u(`seq_scaling_list_present_flag[${i}]`, 1)) throw new Error("an SPS that states a scaling list");
    }
  }
  coder.ue("log2_max_frame_num_minus4");
  const order = coder.ue("pic_order_cnt_type");
  if (order === 0) coder.ue("log2_max_pic_order_cnt_lsb_minus4");
  if (order === 1) throw new Error("pic_order_cnt_type 1");
  coder.ue("max_num_ref_frames");
  coder.u("gaps_in_frame_num_value_allowed_flag", 1);
  coder.ue("pic_width_in_mbs_minus1");
  coder.ue("pic_height_in_map_units_minus1");
  if (coder.u("frame_mbs_only_flag", 1) === 0) coder.u("mb_adaptive_frame_field_flag", 1);
  coder.u("direct_8x8_inference_flag", 1);
};

/** H.264, 7.3.2.2, up to the extension of the High profiles. */
export const pps: Syntax = (coder) => {
  coder.ue("pic_parameter_set_id");
  coder.ue("seq_parameter_set_id");
  coder.u("entropy_coding_mode_flag", 1);
  coder.u("bottom_field_pic_order_in_frame_present_flag", 1);
  if (coder.ue("num_slice_groups_minus1") > 0) throw new Error("slice groups");
  coder.ue("num_ref_idx_l0_default_active_minus1");
  coder.ue("num_ref_idx_l1_default_active_minus1");
  coder.u("weighted_pred_flag", 1);
  coder.u("weighted_bipred_idc", 2);
  coder.ue("pic_init_qp_minus26");
  coder.ue("pic_init_qs_minus26");
  coder.ue("chroma_qp_index_offset");
  coder.u("deblocking_filter_control_present_flag", 1);
  coder.u("constrained_intra_pred_flag", 1);
  coder.u("redundant_pic_cnt_present_flag", 1);
};

/** H.264, 7.3.3, of an I slice that is referenced, up to `dec_ref_pic_marking`. */
export const intraSlice = (idr: boolean, set: Values): Syntax => (coder) => {
  coder.ue("first_mb_in_slice");
  coder.ue("slice_type");
  coder.ue("pic_parameter_set_id");
  coder.u("frame_num", set["log2_max_frame_num_minus4"]! + 4);
  if (set["frame_mbs_only_flag"] === 0 && coder.u("field_pic_flag", 1)) coder.u("bottom_field_flag", 1);
  if (idr) coder.ue("idr_pic_id");
  if (set["pic_order_cnt_type"] === 0) coder.u("pic_order_cnt_lsb", set["log2_max_pic_order_cnt_lsb_minus4"]! + 4);
  if (idr) {
    coder.u("no_output_of_prior_pics_flag", 1);
    coder.u("long_term_reference_flag", 1);
  } else if (coder.u("adaptive_ref_pic_marking_mode_flag", 1)) {
    throw new Error("memory management operations");
  }
};

/** Takes a NAL unit apart. Signed elements come as their code numbers. */
export function parse(nal: Uint8Array, syntax: Syntax): Parsed {
  const raw = unescape(nal);
  const bits = new BitReader(raw);
  const header = bits.u(8);
  const values: Values = {};
  syntax({
    u: (name, count) => (values[name] = bits.u(count)),
    ue: (name) => (values[name] = bits.ue()),
  });
  const rest: number[] = [];
  while (bits.position < raw.length * 8) rest.push(bits.u(1));
  // What ends a NAL unit is one set bit and zeros up to the byte's end.
  rest.length = rest.lastIndexOf(1);
  return { header, values, rest };
}

/** Puts a NAL unit together again, with changed values maybe. Throws when an element has none. */
export function build({ header, values, rest }: Parsed, syntax: Syntax): Buffer {
  const bits = new BitWriter();
  const valueOf = (name: string): number => {
    const value = values[name];
    if (value === undefined) throw new Error(`no value for ${name}`);
    return value;
  };
  bits.u(8, header);
  syntax({
    u: (name, count) => (bits.u(count, valueOf(name)), valueOf(name)),
    ue: (name) => (bits.ue(valueOf(name)), valueOf(name)),
  });
  for (const bit of [...rest, 1]) bits.u(1, bit);
  return escape(bits.bytes());
}
