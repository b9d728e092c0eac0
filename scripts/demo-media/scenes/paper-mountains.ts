import { dusk } from "../music/pieces.ts";
import { play } from "../music/score.ts";
import { clamp, type Color, hex, mix, ramp, smoothstep } from "../paint/color.ts";
import { hash, noise1 } from "../paint/noise.ts";
import type { Painter, Scene } from "../scene.ts";

const SKY = ["#1c2050", "#3f3574", "#8a4a86", "#e0736f", "#ffb37a", "#ffe0ae"].map(hex);
const FAR = hex("#d98f8f");
const NEAR = hex("#120f26");
const MIST = hex("#ffc9a0");
const RIDGES = 7;

/** Height of a ridge's crest above its base, 0..1, at `x` (in heights of the picture). */
function crest(ridge: number, x: number): number {
  const f = 0.9 + ridge * 0.25;
  return 0.6 * noise1(x * f * 1.6, ridge) + 0.28 * noise1(x * f * 4.3, ridge + 20) + 0.12 * noise1(x * f * 11, ridge + 40);
}

/** Height of the pines on a near ridge at `x`, in heights of the picture. */
function pines(ridge: number, x: number): number {
  const spacing = 0.011 + 0.004 * (ridge - 4);
  let top = 0;
  for (let cell = Math.floor(x / spacing) - 1; cell <= Math.floor(x / spacing) + 1; cell++) {
    const size = hash(cell, ridge, 7);
    if (size < 0.35) continue;
    const center = (cell + 0.2 + 0.6 * hash(cell, ridge, 8)) * spacing;
    const off = Math.abs(x - center) / (spacing * 0.62);
    // Branches: the outline steps in a little on its way up.
    const height = size * spacing * 3.2;
    top = Math.max(top, height * (1 - off) - 0.1 * height * ((off * 5) % 1) * smoothstep(0, 0.2, off));
  }
  return top;
}

function mountains(width: number, height: number): Painter {
  const tops = Array.from({ length: RIDGES }, () => new Float32Array(width));
  const base = Array.from({ length: RIDGES }, (_, k) => 0.52 + 0.072 * k);
  const color = Array.from({ length: RIDGES }, (_, k) => mix(FAR, NEAR, (k / (RIDGES - 1)) ** 0.75));
  return (pixels, seconds) => {
    for (let k = 0; k < RIDGES; k++) {
      const shift = 3 + seconds * 0.006 * 1.75 ** k;
      for (let column = 0; column < width; column++) {
        const x = column / height + shift;
        const top = base[k]! - (0.2 - 0.012 * k) * crest(k, x) + 0.07 - (k >= 4 ? pines(k, x) : 0);
        tops[k]![column] = top * height;
      }
    }
    const sunX = 0.66 * width;
    const sunY = (0.37 + 0.005 * seconds) * height;
    const radius = 0.085 * height;
    let at = 0;
    for (let y = 0; y < height; y++) {
      const v = y / height;
      const sky = ramp(SKY, v / 0.6);
      const shade = color.map((own, k): Color => mix(own, MIST, (0.42 - 0.055 * k) * smoothstep(0, 0.16, v - base[k]! + 0.06)));
      for (let x = 0; x < width; x++, at += 3) {
        let k = RIDGES - 1;
        while (k >= 0 && y - tops[k]![x]! < 0) k--;
        let own: Color = k < 0 ? sky : shade[k]!;
        if (k < 0) {
          const square = (x - sunX) ** 2 + (y - sunY) ** 2;
          if (square < (radius * 6) ** 2) {
            const d = Math.sqrt(square);
            const glow = Math.exp(-((d / (radius * 2.4)) ** 2)) * 0.6;
            own = mix(own, [255, 214, 150], glow);
            own = mix(own, [255, 244, 214], clamp(radius - d + 0.5));
          }
        } else {
          const cover = y - tops[k]![x]!;
          if (cover < 1) {
            let behind = k - 1;
            while (behind >= 0 && y - tops[behind]![x]! < 0) behind--;
            own = mix(behind < 0 ? sky : shade[behind]!, own, cover);
          }
        }
        pixels[at] = own[0];
        pixels[at + 1] = own[1];
        pixels[at + 2] = own[2];
      }
    }
  };
}

/** Parallax ridges at dusk. */
export const paperMountains: Scene = {
  slug: "paper-mountains",
  title: "Paper Mountains at Dusk",
  description:
    "Seven ridges cut from noise slide past a setting sun, the near ones faster than the far ones.\n\nTwo renditions, and sound in AAC and Opus.\n\n0:00 Over the far hills\n0:07 Into the pines\n0:14 The sun goes down",
  creator: "aurora",
  generation: "C",
  createdAt: "2026-10-18T17:42:05.000Z",
  tags: ["lang:en", "landscape", "generative"],
  seconds: 20,
  fps: 24,
  gopSeconds: 1,
  picture: { kind: "painted", width: 1920, height: 1080, painter: mountains },
  music: (seconds) => play(dusk, seconds),
  renditions: [
    { width: 1920, height: 1080, profile: "high", crf: 33, bFrames: 0 },
    { width: 960, height: 540, profile: "high", crf: 32, bFrames: 0 },
  ],
  audio: [{ codec: "aac", kbps: 56 }, { codec: "opus", kbps: 40 }],
  layout: "muxl",
};
