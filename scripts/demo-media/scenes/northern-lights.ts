import { polar } from "../music/pieces.ts";
import { play } from "../music/score.ts";
import { clamp, hex, palette, ramp, smoothstep } from "../paint/color.ts";
import { hash, noise1 } from "../paint/noise.ts";
import type { Painter, Scene } from "../scene.ts";

const NIGHT = ["#03040f", "#060b22", "#0a1733", "#0f2a45", "#1d4a58"].map(hex);
const GLOW = palette(["#b8ffd0", "#4dffa6", "#25e6a8", "#2bb7c9", "#5a6be0", "#8b4be0", "#c04fd0"].map(hex), 256);
const HORIZON = 0.7;
const STARS = 420;

type Curtain = { foot: Float32Array; strength: Float32Array; reach: Float32Array };

/** A curtain of light along the columns: where its lower hem hangs, how bright its rays are and how far they reach up. */
function hang(width: number, index: number, seconds: number): Curtain {
  const curtain = { foot: new Float32Array(width), strength: new Float32Array(width), reach: new Float32Array(width) };
  for (let column = 0; column < width; column++) {
    const x = column / width;
    const sway = x + 0.05 * Math.sin(seconds * 0.21 + 5 * x + index * 2);
    curtain.foot[column] = 0.57 - 0.13 * index + 0.07 * Math.sin(3.1 * sway + index * 1.9 + seconds * 0.13) + 0.035 * Math.sin(9 * sway - seconds * 0.2 + index);
    const rays = 0.45 + 0.55 * noise1(sway * 46 + seconds * 0.5 + index * 31, index);
    const fine = 0.7 + 0.3 * noise1(sway * 130 - seconds * 0.7, index + 5);
    const patches = smoothstep(0.2, 0.72, noise1(sway * 2.6 - seconds * 0.09 + index * 7, index + 9));
    curtain.strength[column] = rays * fine * patches * (1 - 0.22 * index);
    curtain.reach[column] = 0.13 + 0.16 * noise1(sway * 5 + seconds * 0.12, index + 13);
  }
  return curtain;
}

/** Height of the far shore's trees above the horizon, in heights of the picture. */
function shore(x: number): number {
  let top = 0.012 + 0.05 * noise1(x * 2.1, 3) ** 2 + 0.012 * noise1(x * 9, 4);
  const spacing = 0.009;
  for (let cell = Math.floor(x / spacing) - 1; cell <= Math.floor(x / spacing) + 1; cell++) {
    const center = (cell + 0.5 + 0.4 * (hash(cell, 1) - 0.5)) * spacing;
    top += 0.028 * hash(cell, 2) * Math.max(0, 1 - Math.abs(x - center) / (spacing * 0.6));
  }
  return top;
}

function lights(width: number, height: number): Painter {
  const horizon = Math.round(HORIZON * height);
  const sky = new Float32Array(width * horizon * 3);
  const trees = Float32Array.from({ length: width }, (_, x) => (HORIZON - shore((x / width) * 1.78)) * height);
  const stars = Array.from({ length: STARS }, (_, i) => ({
    at: (Math.floor(hash(i, 1) * horizon * 0.95) * width + Math.floor(hash(i, 2) * width)) * 3,
    light: 40 + 215 * hash(i, 3) ** 4,
    pace: 0.5 + 2 * hash(i, 4),
  }));

  const drawSky = (seconds: number): void => {
    const curtains = [0, 1, 2].map((index) => hang(width, index, seconds));
    for (let y = 0, at = 0; y < horizon; y++) {
      const v = y / height;
      const night = ramp(NIGHT, v / HORIZON);
      for (let x = 0; x < width; x++, at += 3) {
        let [r, g, b] = night;
        for (const { foot, strength, reach } of curtains) {
          const up = foot[x]! - v;
          const share = up > 0 ? Math.exp(-up / reach[x]!) * (1 - Math.exp(-up / 0.022)) : 0;
          if (share < 0.004) continue;
          const light = share * strength[x]! * 1.5;
          const tone = Math.floor(clamp(up / 0.42) * 255) * 3;
          r += GLOW[tone]! * light;
          g += GLOW[tone + 1]! * light;
          b += GLOW[tone + 2]! * light;
        }
        sky[at] = r;
        sky[at + 1] = g;
        sky[at + 2] = b;
      }
    }
    for (const { at, light, pace } of stars) {
      const now = light * (0.75 + 0.25 * Math.sin(seconds * pace + at));
      for (let c = 0; c < 3; c++) sky[at + c]! += now;
    }
    for (let y = 0, at = 0; y < horizon; y++) {
      for (let x = 0; x < width; x++, at += 3) {
        const cover = clamp(y - trees[x]! + 0.5);
        for (let c = 0; c < 3; c++) sky[at + c] = sky[at + c]! * (1 - cover) + [4, 9, 16][c]! * cover;
      }
    }
  };

  return (pixels, seconds) => {
    drawSky(seconds);
    for (let i = 0; i < sky.length; i++) pixels[i] = Math.min(255, sky[i]!);
    for (let y = horizon, at = horizon * width * 3; y < height; y++) {
      const depth = (y - horizon) / (height - horizon);
      const wave = Math.sin(60 * Math.sqrt(depth) - seconds * 1.3) + 0.6 * Math.sin(130 * Math.sqrt(depth) + seconds * 1.9);
      const from = Math.round(clamp(horizon - 1 - (y - horizon) * 1.5 + wave * 5 * depth, 0, horizon - 1));
      const fade = 0.62 - 0.28 * depth;
      for (let x = 0; x < width; x++, at += 3) {
        const slide = wave * 6 * depth + 3 * depth * Math.sin(x * 0.03 + y * 0.21 + seconds);
        const source = (from * width + Math.round(clamp(x + slide, 0, width - 1))) * 3;
        pixels[at] = Math.min(255, sky[source]! * fade + 3);
        pixels[at + 1] = Math.min(255, sky[source + 1]! * fade + 7);
        pixels[at + 2] = Math.min(255, sky[source + 2]! * fade + 14);
      }
    }
  };
}

/** Polar light over a lake. */
export const northernLights: Scene = {
  slug: "northern-lights",
  title: "Northern Lights, No Camera Needed",
  description:
    "Three curtains of light over a lake that isn't there, made of sines and noise.\n\n0:00 The sky opens\n0:08 Second curtain\n0:16 Stillness",
  creator: "aurora",
  generation: "C",
  createdAt: "2026-09-06T21:08:44.000Z",
  tags: ["lang:en", "landscape", "night", "generative"],
  seconds: 24,
  fps: 24,
  gopSeconds: 2,
  picture: { kind: "painted", width: 960, height: 540, painter: lights },
  music: (seconds) => play(polar, seconds),
  renditions: [
    { width: 1280, height: 720, profile: "high", crf: 32, bFrames: 0 },
    { width: 640, height: 360, profile: "main", crf: 32, bFrames: 0 },
  ],
  audio: [{ codec: "opus", kbps: 56 }],
  layout: "tracks",
};
