import { seconds as pulse } from "../music/pieces.ts";
import { play } from "../music/score.ts";
import { fontFile } from "../paint/font.ts";
import type { Scene } from "../scene.ts";

const SECONDS = 60;
const MONO = `fontfile='${fontFile("DejaVu Sans Mono:bold")}'`;

// In step with the tone: a lamp lights for the first tenth of each second.
const graph = [
  "smptehdbars=size=640x360:rate=30",
  "eq=saturation=0.82",
  "drawbox=x=140:y=92:w=360:h=176:color=#0b0d17@0.9:t=fill",
  "drawbox=x=140:y=92:w=360:h=176:color=white@0.85:t=2",
  `drawtext=${MONO}:text='%{eif\\:floor(t)\\:d\\:2}':fontsize=96:fontcolor=white:x=(w-text_w)/2:y=112`,
  `drawtext=${MONO}:text='%{pts\\:hms}   frame %{frame_num}':fontsize=15:fontcolor=#9fe8ff:x=(w-text_w)/2:y=222`,
  "drawbox=x=160:y=112:w=16:h=16:color=#2b3046:t=fill",
  "drawbox=x=160:y=112:w=16:h=16:color=#ff5d5d:t=fill:enable='lt(mod(t,1),0.1)'",
  `drawtext=${MONO}:text='STREAMHUT':fontsize=13:fontcolor=#cfd6ea:x=(w-text_w)/2:y=246[v]`,
].join(",");

/** Bars, a clock and a tone. */
export const testCard: Scene = {
  slug: "test-card",
  title: "Test Card: Sixty Seconds, Sixty Tones",
  description:
    "Bars, a clock, and a tone on every second: see whether picture and sound agree, and whether seeking lands where it should.\n\n0:00 Bars\n0:20 A third\n0:40 Two thirds",
  creator: "basalt",
  generation: "A",
  createdAt: "2026-02-12T07:45:00.000Z",
  tags: ["lang:en", "test"],
  seconds: SECONDS,
  fps: 30,
  gopSeconds: 2,
  picture: { kind: "graph", graph },
  music: (seconds) => play(pulse, seconds),
  renditions: [{ width: 640, height: 360, profile: "main", crf: 30, bFrames: 2 }],
  audio: [{ codec: "aac", kbps: 48 }],
  layout: "muxed",
};
