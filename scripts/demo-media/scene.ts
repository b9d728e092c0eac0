import type { Audio } from "./music/score.ts";

/** Draws the picture at `seconds` into `pixels` (RGB, 3 bytes each, row by row, top left first). */
export type Painter = (pixels: Uint8Array, seconds: number) => void;

/**
 * Where the frames come from: a painter of ours, or a filter graph over ffmpeg's
 * synthetic sources, or over the scene's own music (`[0:a]`), that ends in `[v]`. `finish` are filters over the painted frames.
 */
export type Picture =
  | { kind: "painted"; width: number; height: number; painter: (width: number, height: number) => Painter; finish?: string }
  | { kind: "graph"; graph: string };

/** One encoding of the picture. `crf` is x264's quality (lower is better), `bFrames` its limit of consecutive B-frames. */
export type Rendition = {
  width: number;
  height: number;
  profile: "baseline" | "main" | "high";
  crf: number;
  bFrames: number;
};

/** AAC or Opus at this many kbit/s, stereo, 48 kHz. */
export type AudioTrack = { codec: "aac" | "opus"; kbps: number };

/**
 * How the folder is laid out.
 * - `muxed`: `index.m3u8` over one file that holds both tracks, as ffmpeg's HLS muxer writes it.
 * - `tracks`: `master.m3u8` over a playlist and file per track, each as ffmpeg's HLS muxer writes it.
 * - `muxl`: `master.m3u8` over playlists per track whose ranges interleave in one `media.mp4`, one moof per frame.
 */
export type Layout = "muxed" | "tracks" | "muxl";

/** Labels of the local network's demo accounts. */
export type Creator = "aurora" | "basalt" | "cirrus";

/** Generation of the `place.stream.video` lexicon that the record is to be written in. */
export type Generation = "A" | "B" | "C";

/** One demo video: what its record says, and how its picture and sound are made. */
export type Scene = {
  slug: string;
  title: string;
  description: string;
  creator: Creator;
  generation: Generation;
  /** ISO 8601, UTC. */
  createdAt: string;
  tags: string[];
  seconds: number;
  fps: number;
  /** Length of a GOP, which is also a segment. */
  gopSeconds: number;
  picture: Picture;
  /** Stereo sound at 48 kHz. */
  music: (seconds: number) => Audio;
  /** The best first. */
  renditions: Rendition[];
  /** The default first. */
  audio: AudioTrack[];
  layout: Layout;
};
