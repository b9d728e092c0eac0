import { polar } from "../music/pieces.ts";
import { play } from "../music/score.ts";
import { clamp, hex, palette } from "../paint/color.ts";
import { fbm } from "../paint/noise.ts";
import type { Painter, Scene } from "../scene.ts";

const DYES = palette(["#07122b", "#0b2f4f", "#11657a", "#4fb3a5", "#f3e2b8", "#f0a45d", "#c8483f", "#5a1235"].map(hex), 512);

/** Noise whose coordinates are bent by noise, twice. */
function ink(width: number, height: number): Painter {
  return (pixels, seconds) => {
    const t = seconds * 0.055;
    for (let row = 0, at = 0; row < height; row++) {
      const y = (row / width) * 1.5;
      for (let column = 0; column < width; column++, at += 3) {
        const x = (column / width) * 1.5;
        const a = fbm(x + t, y - t * 0.6, 3, 1);
        const b = fbm(x + 5.2 - t * 0.5, y + 1.3 + t, 3, 11);
        const c = fbm(x + 2.4 * a + 1.7 + t * 0.4, y + 2.4 * b + 9.2, 3, 21);
        const d = fbm(x + 2.4 * a + 8.3, y + 2.4 * b + 2.8 - t * 0.5, 2, 31);
        const v = fbm(x + 2.2 * c, y + 2.2 * d, 3, 41);
        const tone = clamp((v - 0.22) * 1.75 + 0.22 * (a - 0.5));
        const depth = 0.62 + 0.55 * c;
        const from = Math.floor(tone * 511) * 3;
        for (let i = 0; i < 3; i++) pixels[at + i] = Math.min(255, DYES[from + i]! * depth);
      }
    }
  };
}

/** Slow currents of color, upright. */
export const inkInWater: Scene = {
  slug: "ink-in-water",
  title: "Ink in Water",
  description: "Five layers of noise bend one another, and dye flows where no water is. Upright, full HD, sound in Opus.",
  creator: "cirrus",
  generation: "C",
  createdAt: "2026-08-11T09:30:12.000Z",
  tags: ["lang:en", "portrait", "abstract"],
  seconds: 16,
  fps: 24,
  gopSeconds: 2,
  picture: { kind: "painted", width: 360, height: 640, painter: ink },
  music: (seconds) => play(polar, seconds),
  renditions: [{ width: 1080, height: 1920, profile: "high", crf: 31, bFrames: 2 }],
  audio: [{ codec: "opus", kbps: 48 }],
  layout: "muxed",
};
