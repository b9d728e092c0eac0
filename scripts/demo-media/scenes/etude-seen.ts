import { etude } from "../music/pieces.ts";
import { play } from "../music/score.ts";
import type { Scene } from "../scene.ts";

// Constant-Q spectrum: bars above, and below them what sounded, flowing down.
const graph =
  "[0:a]showcqt=s=1280x720:fps=60:axis_h=0:bar_h=240:sono_h=480:bar_g=1.7:sono_g=3.2:bar_t=0.6:count=4:basefreq=60:endfreq=2600:cscheme=0.8|0.6|0.4|0.8|0.6|0.4,format=yuv444p,lutyuv=y=val*0.88+26,pseudocolor=preset=magma,vignette=PI/5.5[v]";

/** Music, seen as its spectrum. */
export const etudeSeen: Scene = {
  slug: "etude-seen",
  title: "Étude No. 1, Seen at Sixty Frames",
  description: "Sixteenth notes over five octaves. Each bar of light is a pitch, and what has sounded flows down like rain on a window. 60 frames per second.",
  creator: "aurora",
  generation: "B",
  createdAt: "2026-07-21T18:30:00.000Z",
  tags: ["lang:en", "music", "60fps"],
  seconds: 20,
  fps: 60,
  gopSeconds: 2,
  picture: { kind: "graph", graph },
  music: (seconds) => play(etude, seconds),
  renditions: [{ width: 1280, height: 720, profile: "high", crf: 33, bFrames: 2 }],
  audio: [{ codec: "aac", kbps: 96 }],
  layout: "muxed",
};
