import { fontFile } from "./font.ts";

/** A line of text over a picture, from `from` to `to` (seconds), faded in and out. `x` and `y` are expressions of ffmpeg's drawtext, `font` a fontconfig pattern. */
export type Line = { text: string; x: string; y: string; size: number; color: string; font: string; from: number; to: number };

/** drawtext filters for the lines, comma-separated. Throws on characters that would need escaping. */
export function drawText(lines: Line[]): string {
  return lines
    .map(({ text, x, y, size, color, font, from, to }) => {
      if (/[':\\%]/.test(text)) throw new Error(`text would need escaping: ${text}`);
      const fade = `clip(min(t-${from},${to}-t)*1.8,0,1)`;
      return `drawtext=fontfile='${fontFile(font)}':text='${text}':x=${x}:y=${y}:fontsize=${size}:fontcolor=${color}:alpha='${fade}':enable='between(t,${from},${to})'`;
    })
    .join(",");
}
