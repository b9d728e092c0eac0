import { glass } from "../music/pieces.ts";
import { play } from "../music/score.ts";
import { type Color, hex, mix, ramp, smoothstep } from "../paint/color.ts";
import { hash } from "../paint/noise.ts";
import type { Painter, Scene } from "../scene.ts";

const RULES = [90, 30, 110, 150];
const SECONDS_PER_RULE = 6;
const ROWS_PER_SECOND = 5;
const CELL = 12;
const DYES = [
  ["#f6d365", "#f08a5d", "#b83b5e"],
  ["#9be8d8", "#3fb8af", "#1f6f8b"],
  ["#f9c5d1", "#c77dff", "#7b2cbf"],
  ["#d9ed92", "#76c893", "#168aad"],
].map((stops) => stops.map(hex));
const CLOTH = hex("#15131f");
const WARP = hex("#221f31");

/** Rows of an elementary cellular automaton (Wolfram's numbering) that turns to the next rule now and then; edges wrap. */
function weave(cells: number, rows: number, lead: number): Uint8Array[] {
  const cloth = [Uint8Array.from({ length: cells }, (_, i) => (i === cells >> 1 || hash(i, 99) > 0.93 ? 1 : 0))];
  for (let row = 1; row < rows; row++) {
    const rule = RULES[ruleAt(row, lead)]!;
    const above = cloth[row - 1]!;
    cloth.push(above.map((cell, i) => (rule >> (above[(i + cells - 1) % cells]! * 4 + cell * 2 + above[(i + 1) % cells]!)) & 1));
  }
  return cloth;
}

/** Which rule makes a row: the change comes to the middle of the picture on time. */
const ruleAt = (row: number, lead: number): number =>
  Math.min(RULES.length - 1, Math.max(0, Math.floor((row - lead) / (SECONDS_PER_RULE * ROWS_PER_SECOND))));

function loom(width: number, height: number): Painter {
  const cells = Math.floor(width / CELL);
  const visible = Math.ceil(height / CELL) + 1;
  const lead = visible >> 1;
  const cloth = weave(cells, visible + RULES.length * SECONDS_PER_RULE * ROWS_PER_SECOND + 1, lead);
  return (pixels, seconds) => {
    const shift = seconds * ROWS_PER_SECOND * CELL;
    for (let y = 0, at = 0; y < height; y++) {
      const row = Math.floor((y + shift) / CELL);
      const inRow = (y + shift) % CELL;
      const dyes = DYES[ruleAt(row, lead)]!;
      for (let x = 0; x < width; x++, at += 3) {
        const column = Math.min(cells - 1, Math.floor(x / CELL));
        const inCell = x % CELL;
        // A thread: round across, with a seam of shadow to its neighbours.
        const across = Math.abs(inRow - CELL / 2 + 0.5) / (CELL / 2);
        const along = Math.abs(inCell - CELL / 2 + 0.5) / (CELL / 2);
        let own: Color;
        if (cloth[row]![column]) {
          const thread = ramp(dyes, 0.5 + 0.5 * Math.sin(column * 0.17 + row * 0.045));
          const round = 1 - 0.55 * across * across - 0.35 * smoothstep(0.6, 1, along);
          own = mix(CLOTH, thread, round);
        } else {
          own = mix(CLOTH, WARP, 1 - along * along);
        }
        const edge = 1 - 0.5 * smoothstep(0.3, 0.55, Math.abs(y / height - 0.5));
        pixels[at] = own[0] * edge;
        pixels[at + 1] = own[1] * edge;
        pixels[at + 2] = own[2] * edge;
      }
    }
  };
}

/** Cellular automata as cloth, upright. */
export const loomOfRules: Scene = {
  slug: "loom-of-rules",
  title: "The Loom: Four Rules, One Thread",
  description:
    "Each row of this cloth follows from the row above it, by a rule of eight bits. Every six seconds the weaver changes the rule.\n\n0:00 Rule 90\n0:06 Rule 30\n0:12 Rule 110\n0:18 Rule 150",
  creator: "cirrus",
  generation: "B",
  createdAt: "2026-06-14T14:20:00.000Z",
  tags: ["lang:en", "portrait", "automata", "math"],
  seconds: 24,
  fps: 25,
  gopSeconds: 2,
  picture: { kind: "painted", width: 540, height: 960, painter: loom },
  music: (seconds) => play(glass, seconds),
  renditions: [{ width: 540, height: 960, profile: "main", crf: 32, bFrames: 2 }],
  audio: [{ codec: "aac", kbps: 56 }],
  layout: "muxed",
};
