import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { ffmpeg } from "../demo-media/ffmpeg.ts";
import { readFragmented, type Track } from "../demo-media/mp4/samples.ts";
import { busy, type Source } from "./source.ts";

/** How a picture's colours are written, in ffmpeg's words. `undefined` matrix: the stream doesn't say, and is made with that of BT.601. */
export type Colour = { matrix: "bt709" | "smpte170m" | "bt2020nc" | undefined; range: "tv" | "pc" };

/** A clip that ffmpeg encodes. What is left out is as {@link DEFAULTS} says. */
export type Encoding = {
  source?: Source;
  size?: string;
  /** Frames a second. */
  rate?: number | string;
  /** Frames in all, and frames of a GOP. */
  frames?: number;
  gop?: number;
  pixFmt?: string;
  colour?: Colour;
  /** ffmpeg's options for libx264. */
  codec?: string[];
  /** Another encoder, with its options. */
  encoder?: string[];
  /** Parameters that only x264 itself has. */
  x264?: string;
  bFrames?: number;
  /** Keeps SEI, and with it what x264 tells of its build. */
  sei?: boolean;
  /** Flags of ffmpeg's muxer. */
  movflags?: string;
};

const DEFAULTS = {
  source: busy,
  size: "160x96",
  rate: 25,
  frames: 6,
  gop: 3,
  pixFmt: "yuv420p",
  colour: { matrix: "bt709", range: "tv" } as Colour,
  codec: [] as string[],
  encoder: undefined as string[] | undefined,
  x264: "",
  bFrames: 0,
  sei: false,
  movflags: "empty_moov+default_base_moof+frag_keyframe",
};

const EXACT = ["-map_metadata", "-1", "-fflags", "+bitexact", "-flags:v", "+bitexact"];
const PRIMARIES = { bt709: "bt709", smpte170m: "smpte170m", bt2020nc: "bt2020" } as const;

/** Runs `task` with a folder that is gone afterwards. */
export async function inFolder<T>(task: (folder: string) => Promise<T>): Promise<T> {
  const folder = await mkdtemp(join(tmpdir(), "picture-fixtures-"));
  try {
    return await task(folder);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** Encodes a clip with one thread and no trace of the encoder's build. Gives a fragmented file as ffmpeg writes it. */
export function encode(encoding: Encoding): Promise<Buffer> {
  const { source, size, rate, frames, gop, pixFmt, colour, codec, encoder, x264, bFrames, sei, movflags } = { ...DEFAULTS, ...encoding };
  const { matrix, range } = colour;
  const flags = "flags=bicubic+accurate_rnd+full_chroma_int+bitexact";
  // The scaler makes gray of full range, whatever it is asked for.
  const format = pixFmt.startsWith("gray") ? `${pixFmt.replace("gray", "yuv420p")},extractplanes=y` : pixFmt;
  const toYuv = `scale=out_color_matrix=${matrix === "bt2020nc" ? "bt2020" : (matrix ?? "smpte170m")}:out_range=${range}:${flags},format=${format}`;
  const primaries = matrix && PRIMARIES[matrix];
  const tags = matrix ? ["-colorspace", matrix, "-color_primaries", `${primaries}`, "-color_trc", matrix === "bt2020nc" ? "bt2020-10" : matrix] : [];
  const parameters = ["open-gop=0", "scenecut=0", "weightp=0", ...(x264 ? [x264] : [])].join(":");
  const x264Encoder = ["libx264", "-x264-params", parameters, ...(sei ? [] : ["-bsf:v", "filter_units=remove_types=6"]), ...codec];
  return inFolder(async (folder) => {
    const path = join(folder, "clip.mp4");
    await ffmpeg([
      "-filter_complex_threads", "1", "-filter_complex", `${source(size, rate)},${toYuv}[out]`, "-map", "[out]", "-frames:v", `${frames}`,
      "-g", `${gop}`, "-keyint_min", `${gop}`, "-bf", `${bFrames}`, "-threads", "1", "-color_range", range, ...tags,
      ...EXACT, "-c:v", ...(encoder ?? x264Encoder), "-movflags", movflags, path,
    ]);
    return readFile(path);
  });
}

/** Encodes a clip, for a file that we lay out ourselves. */
export async function encodeTrack(encoding: Encoding): Promise<Track> {
  return readFragmented(await encode({ ...encoding, movflags: "empty_moov+default_base_moof+frag_every_frame" }));
}
