import { lounge } from "../music/pieces.ts";
import { play } from "../music/score.ts";
import { hex, mix, ramp, smoothstep } from "../paint/color.ts";
import { hash } from "../paint/noise.ts";
import type { Painter, Scene } from "../scene.ts";

const GLASS = ["#1a0b3b", "#3a0f5c", "#7a1660", "#b3264f"].map(hex);
const WAX = ["#ffe27a", "#ff9f4a", "#ff5a5f", "#e0306e"].map(hex);
const BLOBS = 11;

function lamp(width: number, height: number): Painter {
  const aspect = height / width;
  return (pixels, seconds) => {
    const blobs = Array.from({ length: BLOBS }, (_, i) => {
      const pace = 0.16 + 0.22 * hash(i, 1);
      return {
        x: 0.5 + (0.12 + 0.22 * hash(i, 2)) * Math.sin(seconds * pace * 0.9 + 6.28 * hash(i, 3)),
        y: aspect * (0.5 + 0.44 * Math.sin(seconds * pace + 6.28 * hash(i, 4))),
        r: 0.085 + 0.1 * hash(i, 5),
      };
    });
    let at = 0;
    for (let row = 0; row < height; row++) {
      const y = row / width;
      const glass = ramp(GLASS, row / height);
      const wax = ramp(WAX, row / height);
      for (let column = 0; column < width; column++, at += 3) {
        const x = column / width;
        // Two pools of wax, at the foot and at the top.
        let field = 0.5 * Math.exp((y - aspect) * 14) * 5 + 0.5 * Math.exp(-y * 16) * 3.4;
        let slopeX = 0;
        let slopeY = 0;
        for (const blob of blobs) {
          const dx = x - blob.x;
          const dy = y - blob.y;
          const near = (blob.r * blob.r) / (dx * dx + dy * dy + 0.3 * blob.r * blob.r);
          const pull = near * near;
          field += pull;
          slopeX += (pull * dx) / blob.r;
          slopeY += (pull * dy) / blob.r;
        }
        const body = smoothstep(0.985, 1.03, field);
        const halo = 0.5 * smoothstep(0.1, 1.1, field);
        let own = mix(glass, wax, halo * 0.75);
        if (body > 0) {
          // Lit from the upper left: the field's slope stands in for the surface's.
          const light = Math.max(-1, Math.min(1, (-slopeX * 0.7 - slopeY) / (0.6 + field * 0.25) / 1.6));
          const lit = light > 0 ? mix(wax, [255, 246, 214], 0.5 * light) : mix(wax, [120, 12, 70], -0.55 * light);
          own = mix(own, lit, body);
        }
        const edge = 1 - 0.45 * smoothstep(0.28, 0.62, Math.abs(x - 0.5));
        pixels[at] = own[0] * edge;
        pixels[at + 1] = own[1] * edge;
        pixels[at + 2] = own[2] * edge;
      }
    }
  };
}

/** Metaballs, upright. */
export const lavaLamp: Scene = {
  slug: "lava-lamp",
  title: "A Lava Lamp for Your Pocket",
  description: "Eleven blobs of wax that meet and part. Hold your phone upright, lean back, and let it bubble.",
  creator: "basalt",
  generation: "A",
  createdAt: "2026-03-27T20:15:30.000Z",
  tags: ["lang:en", "portrait", "calm"],
  seconds: 20,
  fps: 30,
  gopSeconds: 1,
  picture: { kind: "painted", width: 540, height: 960, painter: lamp },
  music: (seconds) => play(lounge, seconds),
  renditions: [{ width: 720, height: 1280, profile: "high", crf: 30, bFrames: 0 }],
  audio: [{ codec: "opus", kbps: 56 }],
  layout: "muxl",
};
