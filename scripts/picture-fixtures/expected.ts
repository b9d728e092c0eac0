import { readFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";

/** The folder of the fixtures, with a slash at its end. */
export const FOLDER = fileURLToPath(new URL("../../shared/media/tests/fixtures/", import.meta.url));

/** A keyframe of a fixture. Hashes are SHA-256, in hex. */
export type Keyframe = {
  /** Where its sample lies in the file, in bytes. */
  offset: number;
  size: number;
  /** When it is shown, in microseconds, rounded down: decoding time and composition offset, without edit lists. */
  timeUs: number;
  /** Hash of the sample's bytes. */
  sample: string;
  /** Hash of the planes as ffmpeg decodes them, in the fixture's `pixFmt`: cropped, without padding, Y, then Cb, then Cr. */
  planes?: string;
  /** The same after ffmpeg has turned them, where the fixture has a rotation. */
  uprightPlanes?: string;
  /** Mean colours of a grid of four by four cells of the upright picture as ffmpeg converts it, row by row, each RRGGBB. */
  cells?: string;
};

/** What is to be known of a fixture. */
export type Entry = {
  name: string;
  shows: string;
  /** Why there is no picture; absent where there is one. */
  refused?: string;
  bytes: number;
  file: string;
  /** Length of ftyp and moov, at the file's start. */
  initBytes: number;
  /** Type of the sample entry. */
  entry: string;
  picture?: Picture;
  keyframes: Keyframe[];
};

/** Codec facts, of fixtures with a picture. Sizes in samples of luma. */
export type Picture = {
  profile: string;
  level: number;
  entropy: "cabac" | "cavlc";
  transform8x8: boolean;
  coding: "frame" | "mbaff" | "field";
  /** Slices of the first keyframe, of both its fields. */
  slices: number;
  /** Size that is coded, and size after cropping. */
  coded: [number, number];
  cropped: [number, number];
  /** ffmpeg's name of the layout of the planes. */
  pixFmt: string;
  range: "limited" | "full";
  /** ffmpeg's name of the matrix; null where the stream doesn't say. */
  matrix: string | null;
  aspect: [number, number];
  rotation: 0 | 90 | 180 | 270;
};

/** Reads `expected.json`; no entries when there is no file yet. */
export async function readExpected(): Promise<Entry[]> {
  const text = await readFile(`${FOLDER}expected.json`, "utf8").catch(() => '{"fixtures":[]}');
  return (JSON.parse(text) as { fixtures: Entry[] }).fixtures;
}

/** The text of `expected.json`: a fixture's facts on lines of their own, a line for each keyframe. */
export function writeExpected(entries: readonly Entry[]): string {
  const fields = (entry: Entry) =>
    Object.entries(entry)
      .filter(([, value]) => value !== undefined)
      .map(([key, value]) => (key === "keyframes" ? `  "keyframes": [${lines(value as Keyframe[])}]` : `  ${JSON.stringify(key)}: ${JSON.stringify(value)}`));
  const lines = (keyframes: Keyframe[]) => (keyframes.length === 0 ? "" : `\n${keyframes.map((one) => `    ${JSON.stringify(one)}`).join(",\n")}\n  `);
  return `{"fixtures": [\n${entries.map((entry) => `{\n${fields(entry).join(",\n")}\n}`).join(",\n")}\n]}\n`;
}
