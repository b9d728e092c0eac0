import { encode, encodeTrack, type Encoding } from "../encode.ts";
import type { Fixture } from "../fixture.ts";
import { withoutUserData } from "../h264/rewrite.ts";
import { writeFragments } from "../mp4/fragments.ts";
import { blackThenPicture, card, fractal, halfNoise, interlaced, life, soft } from "../source.ts";

const clip = (name: string, shows: string, encoding: Encoding): Fixture => ({ name, shows, make: () => encode(encoding) });

const withSei = (name: string, shows: string, encoding: Encoding): Fixture => ({
  name,
  shows,
  make: async () => writeFragments(withoutUserData(await encodeTrack({ ...encoding, sei: true }))),
});

const profile = (name: string, ...more: string[]): string[] => ["-profile:v", name, ...more];
const SMALL = "96x64";

/** What H.264 has for a picture: profiles, entropy coding, slices, filters, formats. */
export const coding: Fixture[] = [
  clip("baseline-cavlc", "Baseline, CAVLC", { codec: profile("baseline") }),
  clip("main-cabac", "Main, CABAC", { codec: profile("main") }),
  clip("main-cavlc", "Main, CAVLC", { source: fractal, bFrames: 1, codec: profile("main", "-coder", "vlc") }),
  clip("high-8x8-cabac", "High, 8x8 transform, CABAC", { codec: profile("high") }),
  clip("high-8x8-cavlc", "High, 8x8 transform, CAVLC", { codec: profile("high", "-coder", "vlc") }),
  clip("several-slices-cabac", "four slices in a picture, CABAC", { codec: profile("high"), x264: "slices=4" }),
  clip("several-slices-cavlc", "eight slices in a picture, CAVLC", { size: "128x128", codec: profile("high", "-coder", "vlc"), x264: "slices=8" }),
  clip("slice-per-row", "a slice for each row of macroblocks", { codec: profile("high"), x264: "slices=6" }),
  clip("slice-within-rows", "slices of seven macroblocks, where a row has ten", { codec: profile("high"), x264: "slice-max-mbs=7" }),
  clip("b-frames", "three B frames between others, closed GOPs", { codec: profile("high"), frames: 12, gop: 6, bFrames: 3, rate: 30 }),
  withSei("open-gop", "later keyframes are I pictures without IDR, told by a recovery point SEI", { codec: profile("high"), frames: 14, gop: 6, bFrames: 2, x264: "open-gop=1:b-adapt=0" }),
  clip("cropping-odd", "318x178 cut from 320x192", { source: card, size: "318x178", frames: 4, gop: 2, codec: profile("high", "-crf", "30") }),
  clip("cropping-small", "102x66 cut from 112x80", { source: life, size: "102x66", codec: profile("high") }),
  clip("cropping-all-sides", "cut at the left and at the top too", { codec: profile("high"), x264: "crop-rect=6,2,10,4" }),
  clip("one-macroblock", "16x16", { size: "16x16", source: soft, codec: profile("high") }),
  clip("deblock-off", "without the deblocking filter", { codec: profile("high", "-crf", "34"), x264: "no-deblock=1" }),
  clip("deblock-strong", "the deblocking filter with offsets of +3", { codec: profile("high", "-crf", "34"), x264: "deblock=3,3" }),
  clip("deblock-weak", "the deblocking filter with offsets of -6", { codec: profile("high", "-crf", "34"), x264: "deblock=-6,-6" }),
  clip("high-qp", "QP 48", { codec: profile("high", "-qp", "48"), x264: "ipratio=1" }),
  clip("very-low-qp", "QP 1", { size: SMALL, frames: 2, gop: 1, codec: profile("high", "-qp", "1"), x264: "ipratio=1" }),
  clip("intra-pcm-cabac", "samples written without coding (I_PCM) among others, CABAC", { source: halfNoise, size: SMALL, frames: 2, gop: 1, codec: profile("main", "-qp", "2"), x264: "psy=0:subme=9:ipratio=1" }),
  clip("intra-pcm-cavlc", "samples written without coding (I_PCM) among others, CAVLC", { source: halfNoise, size: SMALL, frames: 2, gop: 1, codec: profile("main", "-qp", "2", "-coder", "vlc"), x264: "psy=0:subme=9:ipratio=1" }),
  clip("chroma-qp-offset", "QP of chroma 9 above that of luma", { codec: profile("high"), x264: "chroma-qp-offset=9" }),
  clip("scaling-lists", "the default scaling lists, by the PPS", { codec: profile("high"), x264: "cqm=jvt" }),
  clip("scaling-lists-own", "scaling lists of its own, by the PPS", {
    codec: profile("high"),
    x264: "cqm4iy=6,12,19,26,12,19,26,31,19,26,31,35,26,31,35,39:cqm4ic=8,12,20,28,12,20,28,32,20,28,32,36,28,32,36,40:cqm4p=16,16,16,16,16,16,16,16,16,16,16,16,16,16,16,16",
  }),
  clip("constrained-intra", "intra prediction from intra macroblocks only", { codec: profile("high"), x264: "constrained-intra=1" }),
  withSei("delimiters-and-sei", "access unit delimiters, buffering period and picture timing SEI", { codec: profile("high", "-b:v", "200k", "-maxrate", "200k", "-bufsize", "200k"), x264: "aud=1:nal-hrd=vbr:pic-struct=1" }),
  clip("in-band-too", "parameter sets in avcC and before each keyframe", { codec: profile("high"), x264: "repeat-headers=1" }),
  clip("sps-id-3", "parameter sets with the id 3", { codec: profile("high"), x264: "sps-id=3" }),

  clip("full-range-bt709", "full range, BT.709", { source: card, codec: profile("high"), colour: { matrix: "bt709", range: "pc" } }),
  clip("full-range-bt601", "full range, BT.601", { source: card, codec: profile("high"), colour: { matrix: "smpte170m", range: "pc" } }),
  clip("bt601-limited", "limited range, BT.601", { source: card, codec: profile("high"), colour: { matrix: "smpte170m", range: "tv" } }),
  clip("untagged", "colours that the stream says nothing of (BT.601, limited)", { source: card, codec: profile("high"), colour: { matrix: undefined, range: "tv" } }),
  clip("bt2020-limited-10bit", "BT.2020, limited range, 10 bits", { source: soft, codec: profile("high10"), pixFmt: "yuv420p10le", colour: { matrix: "bt2020nc", range: "tv" } }),
  clip("10bit-high10", "High 10, CABAC", { codec: profile("high10"), pixFmt: "yuv420p10le" }),
  clip("10bit-cavlc", "High 10, CAVLC", { codec: profile("high10", "-coder", "vlc"), pixFmt: "yuv420p10le" }),
  clip("10bit-full-range", "High 10, full range", { source: soft, codec: profile("high10"), pixFmt: "yuv420p10le", colour: { matrix: "bt709", range: "pc" } }),
  clip("yuv422-8bit", "High 4:2:2, 8 bits, CABAC", { codec: profile("high422"), pixFmt: "yuv422p" }),
  clip("yuv422-cavlc", "High 4:2:2, 8 bits, CAVLC", { codec: profile("high422", "-coder", "vlc"), pixFmt: "yuv422p" }),
  clip("yuv422-10bit", "High 4:2:2, 10 bits", { codec: profile("high422"), pixFmt: "yuv422p10le" }),
  clip("monochrome", "luma alone; ffmpeg gives chroma of 128", { source: fractal, codec: profile("high"), pixFmt: "gray" }),
  clip("monochrome-10bit", "luma alone, 10 bits; ffmpeg gives chroma of 512", { source: fractal, codec: profile("high10"), pixFmt: "gray10le" }),
  clip("interlaced-mbaff", "interlaced: frames whose macroblock pairs choose frame or field (MBAFF), CABAC", { source: interlaced, rate: 50, size: "160x128", codec: profile("high", "-flags:v", "+bitexact+ildct+ilme"), x264: "tff=1" }),
  clip("interlaced-mbaff-cavlc", "MBAFF, CAVLC", { source: interlaced, rate: 50, size: "160x128", codec: profile("high", "-flags:v", "+bitexact+ildct+ilme", "-coder", "vlc"), x264: "bff=1" }),
  clip("interlaced-mbaff-main", "MBAFF without the 8x8 transform, four slices", { source: interlaced, rate: 50, size: "160x128", codec: profile("main", "-flags:v", "+bitexact+ildct+ilme"), x264: "tff=1:slices=4" }),
  clip("portrait-native", "higher than wide", { size: "96x160", codec: profile("high") }),
  clip("frame-rate-fraction", "29.97 frames a second: times that are no whole microseconds", { source: soft, rate: "30000/1001", codec: profile("high"), frames: 8, gop: 4 }),
  clip("black-then-picture", "first keyframe black, second white, third a picture", { source: blackThenPicture, rate: 2, gop: 2, codec: profile("high") }),
];
