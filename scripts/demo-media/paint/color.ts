/** Red, green and blue, 0..255 each. */
export type Color = readonly [number, number, number];

/** `#rrggbb` as a color. */
export function hex(text: string): Color {
  const n = Number.parseInt(text.slice(1), 16);
  return [n >> 16, (n >> 8) & 255, n & 255];
}

/** From `a` (t = 0) to `b` (t = 1). */
export function mix(a: Color, b: Color, t: number): Color {
  return [a[0] + (b[0] - a[0]) * t, a[1] + (b[1] - a[1]) * t, a[2] + (b[2] - a[2]) * t];
}

export const clamp = (x: number, low = 0, high = 1): number => Math.min(high, Math.max(low, x));

/** 0 below `from`, 1 above `to`, smooth between. */
export function smoothstep(from: number, to: number, x: number): number {
  const t = clamp((x - from) / (to - from));
  return t * t * (3 - 2 * t);
}

/** The color at `t` (0..1) along evenly spaced stops. */
export function ramp(stops: readonly Color[], t: number): Color {
  const at = clamp(t) * (stops.length - 1);
  const i = Math.min(stops.length - 2, Math.floor(at));
  return mix(stops[i]!, stops[i + 1]!, at - i);
}

/** {@link ramp} tabulated at `size` points, for use per pixel: 3 bytes each. */
export function palette(stops: readonly Color[], size: number): Float32Array {
  const table = new Float32Array(size * 3);
  for (let i = 0; i < size; i++) table.set(ramp(stops, i / (size - 1)), i * 3);
  return table;
}

/** A fixed scatter of ±`strength` over the pixels, which hides the steps of smooth gradients. */
export function dither(x: number, y: number, strength = 0.5): number {
  // Interleaved gradient noise (Jimenez 2014).
  const v = 52.9829189 * ((0.06711056 * x + 0.00583715 * y) % 1);
  return (v - Math.floor(v) - 0.5) * 2 * strength;
}
