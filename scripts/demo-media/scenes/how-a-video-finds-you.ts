import { dusk } from "../music/pieces.ts";
import { play } from "../music/score.ts";
import { type Color, hex, mix, ramp, smoothstep } from "../paint/color.ts";
import { hash } from "../paint/noise.ts";
import { drawText, type Line } from "../paint/text.ts";
import type { Painter, Scene } from "../scene.ts";

const STEP_SECONDS = 14;
const STEPS: { chapter: string; title: string; body: string[] }[] = [
  { chapter: "Five small steps", title: "How a video finds you", body: ["Decentralised video on demand,", "in five small steps"] },
  { chapter: "The record", title: "The record", body: ["The creator signs a few lines of data.", "Title, length, and where the media lies."] },
  { chapter: "The repository", title: "The repository", body: ["The record lives in the creator’s own", "repository, on a host of their choice."] },
  { chapter: "The playlist", title: "The playlist", body: ["Media is cut at its keyframes.", "A playlist names each piece by its bytes."] },
  { chapter: "The program", title: "The program", body: ["Even the code that serves the playlist", "is a signed release in a repository."] },
  { chapter: "The player", title: "The player", body: ["Your browser asks for a few bytes", "at a time, and the picture moves."] },
];
const SECONDS = STEP_SECONDS * STEPS.length;

const WALL = ["#0a1030", "#14163f", "#2a1a4f"].map(hex);
const NODE = ["#7ce7ff", "#8f9bff", "#ff9ecb", "#ffd28a"].map(hex);
const NODES = 16;

/** Adds light of `color` around a point. */
function glow(pixels: Uint8Array, width: number, height: number, x: number, y: number, radius: number, color: Color, light: number): void {
  const reach = Math.ceil(radius * 2.5);
  for (let row = Math.max(0, Math.round(y) - reach); row <= Math.min(height - 1, Math.round(y) + reach); row++) {
    for (let column = Math.max(0, Math.round(x) - reach); column <= Math.min(width - 1, Math.round(x) + reach); column++) {
      const share = light * Math.exp(-((column - x) ** 2 + (row - y) ** 2) / (radius * radius));
      if (share < 0.01) continue;
      const at = (row * width + column) * 3;
      for (let c = 0; c < 3; c++) pixels[at + c] = Math.min(255, pixels[at + c]! + color[c]! * share);
    }
  }
}

/** A web of nodes on the right, and packets of light that travel along its threads. */
function web(width: number, height: number): Painter {
  const wall = new Uint8Array(width * height * 3);
  for (let y = 0, at = 0; y < height; y++) {
    for (let x = 0; x < width; x++, at += 3) wall.set(ramp(WALL, 0.5 * (x / width) + 0.5 * (1 - y / height)), at);
  }
  const nodes = Array.from({ length: NODES }, (_, i) => {
    const angle = i * 2.39996;
    const reach = Math.sqrt((i + 0.5) / NODES);
    return { x: 0.735 + 0.23 * reach * Math.cos(angle), y: 0.5 + 0.4 * reach * Math.sin(angle), color: NODE[i % NODE.length]! };
  });
  const threads = nodes.flatMap((a, i) => nodes.slice(i + 1).filter((b) => Math.hypot((a.x - b.x) * 1.78, a.y - b.y) < 0.29).map((b) => ({ a, b })));
  return (pixels, seconds) => {
    pixels.set(wall);
    const at = (node: (typeof nodes)[number], i: number) => ({
      x: (node.x + 0.006 * Math.sin(seconds * 0.5 + i)) * width,
      y: (node.y + 0.012 * Math.cos(seconds * 0.4 + i * 1.7)) * height,
    });
    threads.forEach(({ a, b }, i) => {
      const from = at(a, nodes.indexOf(a));
      const to = at(b, nodes.indexOf(b));
      const steps = Math.ceil(Math.hypot(to.x - from.x, to.y - from.y) / 1.5);
      for (let s = 0; s <= steps; s++) {
        const t = s / steps;
        glow(pixels, width, height, from.x + (to.x - from.x) * t, from.y + (to.y - from.y) * t, 1.1, mix(a.color, b.color, t), 0.16);
      }
      const turn = (seconds * (0.16 + 0.14 * hash(i, 3)) + hash(i, 4)) % 1.6;
      if (turn < 1) {
        const t = smoothstep(0, 1, turn);
        glow(pixels, width, height, from.x + (to.x - from.x) * t, from.y + (to.y - from.y) * t, 4, [255, 255, 255], Math.sin(turn * Math.PI));
      }
    });
    nodes.forEach((node, i) => {
      const { x, y } = at(node, i);
      const pulse = 0.8 + 0.2 * Math.sin(seconds * 1.1 + i * 2);
      glow(pixels, width, height, x, y, 22, node.color, 0.3 * pulse);
      glow(pixels, width, height, x, y, 7 + 3 * hash(i, 6), node.color, 1.1);
    });
  };
}

const lines: Line[] = STEPS.flatMap(({ title, body }, i) => {
  const time = { from: i * STEP_SECONDS + 0.3, to: (i + 1) * STEP_SECONDS - 0.2 };
  const first = i === 0;
  return [
    { text: first ? "STREAMHUT EXPLAINS" : `STEP ${i} OF ${STEPS.length - 1}`, x: "84", y: "226", size: 20, color: "#7ce7ff", font: "DejaVu Sans:bold", ...time },
    { text: title, x: "80", y: "266", size: first ? 52 : 60, color: "white", font: "DejaVu Sans:bold", ...time },
    ...body.map((text, row) => ({ text, x: "84", y: `${358 + row * 42}`, size: 27, color: "#c9d2ff", font: "DejaVu Sans", ...time, from: time.from + 0.5 + 0.4 * row })),
  ];
});

/** A talk with slides. */
export const howAVideoFindsYou: Scene = {
  slug: "how-a-video-finds-you",
  title: "How a Video Finds You",
  description: `What happens between a creator's “publish” and your “play”, in less than a minute and a half.\n\n${STEPS.map(({ chapter }, i) => {
    const start = i * STEP_SECONDS;
    return `${Math.floor(start / 60)}:${String(start % 60).padStart(2, "0")} ${chapter}`;
  }).join("\n")}`,
  creator: "cirrus",
  generation: "A",
  createdAt: "2026-04-09T15:00:00.000Z",
  tags: ["lang:en", "explainer", "atproto"],
  seconds: SECONDS,
  fps: 24,
  gopSeconds: 2,
  picture: { kind: "painted", width: 960, height: 540, painter: web, finish: drawText(lines) },
  music: (seconds) => play(dusk, seconds),
  renditions: [
    { width: 1280, height: 720, profile: "high", crf: 34, bFrames: 2 },
  ],
  audio: [{ codec: "aac", kbps: 48 }],
  layout: "tracks",
};
