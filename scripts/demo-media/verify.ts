import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { ffmpeg, ffprobe } from "./ffmpeg.ts";
import { duration, readMedia } from "./playlist.ts";
import type { Scene } from "./scene.ts";

/** How far apart the ends of a scene's tracks may lie: audio frames don't end where video frames do. */
const SLACK = 0.12;

/** Decodes every playlist of the folder from end to end and compares its length with the scene's. Throws at the first message from ffmpeg. */
export async function verify(scene: Scene, folder: string): Promise<string[]> {
  const lines: string[] = [];
  for (const file of (await readdir(folder)).filter((one) => one.endsWith(".m3u8")).sort()) {
    const path = join(folder, file);
    await ffmpeg(["-xerror", "-i", path, "-map", "0", "-f", "null", "-"], { strict: true });
    const { streams, format } = await ffprobe(path, "format=duration:stream=codec_name,profile,width,height");
    if (Math.abs(Number(format.duration) - scene.seconds) > SLACK) {
      throw new Error(`${scene.slug}/${file} lasts ${format.duration} s, the scene ${scene.seconds} s`);
    }
    if (file !== "master.m3u8") {
      const listed = duration(readMedia(await readFile(path, "utf8")).segments);
      if (Math.abs(listed - scene.seconds) > SLACK) throw new Error(`${scene.slug}/${file} lists ${listed} s, the scene lasts ${scene.seconds} s`);
    }
    const tracks = streams.map((s: any) => [s.codec_name, s.profile, s.width && `${s.width}x${s.height}`].filter(Boolean).join(" "));
    lines.push(`  ${file}: ${Number(format.duration).toFixed(2)} s, ${tracks.join(" + ")}`);
  }
  return lines;
}
