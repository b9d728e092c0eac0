/**
 * Makes the folder of an hour-long 1080p video, for measurements: `node scripts/picture-fixtures/hour.ts OUT_DIR [SECONDS]…`.
 * Twenty GOPs of a second lie in one file; the playlist names their ranges again and again. `OUT_DIR/an-hour` is then a folder
 * that the local network takes: `./scripts/dev --media OUT_DIR`. With other durations there are folders `OUT_DIR/30-seconds` and the like.
 */
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { codecString } from "../demo-media/mp4/codecs.ts";
import { rates, type Segment, writeMedia } from "../demo-media/playlist.ts";
import { MUXL } from "./catalogue/container.ts";
import { encodeTrack } from "./encode.ts";
import { writeFragments } from "./mp4/fragments.ts";
import { layered } from "./source.ts";

const HOUR = 3600;
const GOPS = 20;
const FPS = 30;

const [out, ...asked] = process.argv.slice(2);
const durations = asked.length > 0 ? asked.map(Number) : [HOUR];
if (out === undefined || !durations.every((seconds) => Number.isInteger(seconds) && seconds > 0)) {
  console.error("node scripts/picture-fixtures/hour.ts OUT_DIR [SECONDS]…");
  process.exit(2);
}

const started = performance.now();
const track = await encodeTrack({
  source: layered, size: "1920x1080", rate: FPS, frames: GOPS * FPS, gop: FPS,
  codec: ["-profile:v", "high", "-preset", "veryfast", "-crf", "30.6"],
  x264: "repeat-headers=1:ipratio=1.3",
});
const took = (performance.now() - started) / 1000;

const gops: Buffer[] = [];
for (let i = 0; i < GOPS; i++) {
  const samples = track.samples.slice(i * FPS, (i + 1) * FPS);
  if (!samples[0]?.keyframe || samples.length !== FPS) throw new Error(`GOP ${i} doesn't begin with a keyframe, or has ${samples.length} frames`);
  gops.push(writeFragments({ ...track, init: Buffer.alloc(0), samples }, MUXL));
}
let start = 0;
const ranges: Segment[] = gops.map(({ length }) => ({ uri: "media.mp4", start: (start += length) - length, length, seconds: 1 }));
for (const seconds of durations) await writeFolder(join(out, seconds === HOUR ? "an-hour" : `${seconds}-seconds`), seconds);

async function writeFolder(folder: string, seconds: number): Promise<void> {
  const segments = Array.from({ length: seconds }, (_, i) => ranges[i % GOPS]!);
  // Where the file begins anew, so do its times.
  const playlist = writeMedia({ map: { uri: "init.mp4", start: 0 }, segments });
  const again = `#EXTINF:1.000000,\n#EXT-X-BYTERANGE:${ranges[0]!.length}@0\n`;
  const [first, ...rounds] = playlist.split(again);
  const { peak, average } = rates(segments);

  await mkdir(folder, { recursive: true });
  await writeFile(join(folder, "media.mp4"), Buffer.concat(gops));
  await writeFile(join(folder, "init.mp4"), track.init);
  await writeFile(join(folder, "video.m3u8"), [first, rounds.join(`#EXT-X-DISCONTINUITY\n${again}`)].join(again));
  const variant = `BANDWIDTH=${Math.ceil(peak)},AVERAGE-BANDWIDTH=${Math.ceil(average)},CODECS="${codecString(track.init)}",RESOLUTION=1920x1080,FRAME-RATE=${FPS.toFixed(3)}`;
  await writeFile(join(folder, "master.m3u8"), `#EXTM3U\n#EXT-X-VERSION:6\n#EXT-X-INDEPENDENT-SEGMENTS\n\n#EXT-X-STREAM-INF:${variant}\nvideo.m3u8\n`);
  const title = seconds === HOUR ? "An hour" : `${seconds} seconds`;
  const card = { title, description: `${title} of 1080p, for measurements.`, generation: "C", createdAt: "2026-01-01T00:00:00.000Z", durationMs: seconds * 1000 };
  await writeFile(join(folder, "video.json"), `${JSON.stringify(card, null, 2)}\n`);
}

const keyframes = track.samples.filter(({ keyframe }) => keyframe).map(({ data }) => data.length);
const mean = (values: number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;
const lengths = gops.map(({ length }) => length);
const kB = (bytes: number) => `${(bytes / 1000).toFixed(0)} kB`;
console.log(`${out}: encoded in ${took.toFixed(0)} s`);
console.log(`keyframes ${kB(Math.min(...keyframes))} to ${kB(Math.max(...keyframes))}, segments ${kB(Math.min(...lengths))} to ${kB(Math.max(...lengths))}, on average ${kB(mean(lengths))}`);
console.log(`a keyframe is ${((100 * mean(keyframes)) / mean(lengths)).toFixed(1)} % of its segment; ${(start / 1e6).toFixed(1)} MB on disk, ${((3.6 * start) / GOPS / 1e6).toFixed(2)} GB an hour as played`);
if (Math.min(...keyframes) < 100_000 || Math.max(...keyframes) > 140_000 || mean(lengths) < 900_000) throw new Error("sizes are not those of the archives that this stands for");
