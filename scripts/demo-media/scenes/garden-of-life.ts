import { glass } from "../music/pieces.ts";
import { play } from "../music/score.ts";
import type { Scene } from "../scene.ts";

// Cells are drawn large and round by blurring and then steepening the picture; light falls off to the corners.
const graph = [
  "life=size=96x54:rate=8:mold=14:ratio=0.28:random_seed=7:life_color=#fff3b0:death_color=#081a24:mold_color=#12705f",
  "scale=960:540:flags=neighbor",
  "gblur=sigma=3.8",
  "curves=r='0/0 0.35/0.12 0.6/0.8 1/1':g='0/0 0.4/0.3 0.65/0.85 1/1':b='0/0.05 0.4/0.3 0.7/0.75 1/0.85'",
  "fps=24",
  "vignette=PI/5[v]",
].join(",");

/** Conway's game of life. */
export const gardenOfLife: Scene = {
  slug: "garden-of-life",
  title: "A Garden with Four Rules",
  description: "Conway's game of life, eight generations a second: cells are born in yellow, and what dies leaves green behind.",
  creator: "basalt",
  generation: "B",
  createdAt: "2026-05-03T11:05:21.000Z",
  tags: ["lang:en", "automata", "math"],
  seconds: 20,
  fps: 24,
  gopSeconds: 2,
  picture: { kind: "graph", graph },
  music: (seconds) => play(glass, seconds),
  renditions: [{ width: 960, height: 540, profile: "baseline", crf: 35, bFrames: 0 }],
  audio: [{ codec: "aac", kbps: 48 }],
  layout: "muxed",
};
