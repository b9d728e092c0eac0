import { etude } from "../music/pieces.ts";
import { play } from "../music/score.ts";
import type { Scene } from "../scene.ts";

const graph = [
  "mandelbrot=size=960x540:rate=24:maxiter=800:start_x=-0.743643887037158704752191506114774:start_y=0.131825904205311970493132056385139:start_scale=0.014:end_scale=0.00028:end_pts=576:inner=black:outer=normalized_iteration_count",
  "gblur=sigma=0.7",
  "format=yuv444p",
  "pseudocolor=preset=inferno",
  "vignette=PI/6[v]",
].join(",");

/** A zoom into the Mandelbrot set. */
export const mandelbrot: Scene = {
  slug: "mandelbrot-slowly",
  title: "Into the Mandelbrot Set, Slowly",
  description:
    "One formula, twenty-four seconds, a zoom by a factor of fifty, deep in the seahorse valley.\n\n0:00 The valley\n0:08 Seahorses\n0:16 Spirals",
  creator: "basalt",
  generation: "C",
  createdAt: "2026-10-02T08:00:00.000Z",
  tags: ["lang:en", "fractal", "math"],
  seconds: 24,
  fps: 24,
  gopSeconds: 2,
  picture: { kind: "graph", graph },
  music: (seconds) => play(etude, seconds),
  renditions: [{ width: 854, height: 480, profile: "high", crf: 34, bFrames: 3 }],
  audio: [{ codec: "aac", kbps: 56 }],
  layout: "tracks",
};
