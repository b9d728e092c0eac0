import type { Picture } from "./expected.ts";

/** The filters that turn a picture's planes to RGB. The scaler is told all, since it warns or guesses otherwise. */
export function rgbOf({ matrix, range }: Picture): string {
  const known = matrix === null ? "smpte170m" : matrix === "bt2020nc" ? "bt2020" : matrix;
  return `scale=in_color_matrix=${known}:in_range=${range}:flags=bilinear+accurate_rnd+full_chroma_int+full_chroma_inp+bitexact,format=rgb24`;
}

/** Mean colours of four by four cells; cell edges at `floor(i * size / 4)`. */
export function cells(rgb: Buffer, width: number, height: number): string {
  const edge = (i: number, size: number) => Math.floor((i * size) / 4);
  const out: string[] = [];
  for (let row = 0; row < 4; row++) {
    for (let column = 0; column < 4; column++) {
      const sums = [0, 0, 0];
      let count = 0;
      for (let y = edge(row, height); y < edge(row + 1, height); y++) {
        for (let x = edge(column, width); x < edge(column + 1, width); x++, count++) {
          for (let channel = 0; channel < 3; channel++) sums[channel]! += rgb[3 * (y * width + x) + channel]!;
        }
      }
      out.push(Buffer.from(sums.map((sum) => Math.round(sum / count))).toString("hex"));
    }
  }
  return out.join(" ");
}
