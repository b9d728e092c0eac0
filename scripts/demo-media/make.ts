/**
 * Makes the demo videos of the local network: `node scripts/demo-media/make.ts [slug…]`, all without a slug.
 * Needs ffmpeg with libx264, libopus and drawtext. `--still 3,10` only writes frames at these seconds, to the folder that it names.
 */
import { mkdir, mkdtemp, readdir, rm, stat, writeFile } from "node:fs/promises";
import { setPriority, tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { scenes } from "./catalogue.ts";
import { drawPicture, drawStills, encodeAudio, encodeVideo, playMusic } from "./encode.ts";
import { layOut } from "./package/layouts.ts";
import type { Scene } from "./scene.ts";
import { verify } from "./verify.ts";

const MEDIA = fileURLToPath(new URL("../localnet/media/", import.meta.url));

/** The scene's `video.json`: what its record is to say, and which demo creator publishes it. */
function card({ title, description, creator, generation, createdAt, tags, seconds }: Scene): string {
  return `${JSON.stringify({ title, description, creator, generation, createdAt, tags, durationMs: Math.round(seconds * 1000) }, null, 2)}\n`;
}

async function size(folder: string): Promise<number> {
  let sum = 0;
  for (const file of await readdir(folder)) sum += (await stat(join(folder, file))).size;
  return sum;
}

async function make(scene: Scene, work: string): Promise<void> {
  const started = performance.now();
  const music = await playMusic(scene, work);
  const picture = await drawPicture(scene, music, work);
  const drawn = performance.now();
  const videos: string[] = [];
  for (const rendition of scene.renditions) videos.push(await encodeVideo(scene, picture, rendition, work));
  const audios: string[] = [];
  for (const track of scene.audio) audios.push(await encodeAudio(track, music, work));

  const folder = join(MEDIA, scene.slug);
  await mkdir(folder, { recursive: true });
  // Captions are written by hand.
  for (const file of await readdir(folder)) if (file !== "captions") await rm(join(folder, file), { recursive: true });
  await writeFile(join(folder, "video.json"), card(scene));
  await layOut(scene, { videos, audios }, work, folder);
  const lines = await verify(scene, folder);
  const seconds = (from: number, to: number) => `${((to - from) / 1000).toFixed(0)} s`;
  console.log(`${scene.slug}: ${((await size(folder)) / 1e6).toFixed(2)} MB (drawn in ${seconds(started, drawn)}, all in ${seconds(started, performance.now())})`);
  console.log(lines.join("\n"));
}

const { values, positionals } = parseArgs({ allowPositionals: true, options: { still: { type: "string" } } });
const unknown = positionals.filter((slug) => !scenes.some((scene) => scene.slug === slug));
if (unknown.length > 0) {
  console.error(`no scene ${unknown.join(", ")}; there are ${scenes.map(({ slug }) => slug).join(", ")}`);
  process.exit(2);
}
const chosen = scenes.filter(({ slug }) => positionals.length === 0 || positionals.includes(slug));
// Minutes of drawing shouldn't hold up other work on the machine; ffmpeg inherits this.
setPriority(10);
const work = await mkdtemp(join(tmpdir(), "demo-media-"));
if (values.still !== undefined) {
  for (const scene of chosen) {
    const files = await drawStills(scene, values.still.split(",").map(Number), await playMusic(scene, work), work);
    console.log(files.join("\n"));
  }
} else {
  try {
    for (const scene of chosen) {
      const own = join(work, scene.slug);
      await mkdir(own);
      await make(scene, own);
      await rm(own, { recursive: true });
    }
  } finally {
    await rm(work, { recursive: true, force: true });
  }
}
