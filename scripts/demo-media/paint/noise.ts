/** A number in [0, 1) that depends on the three integers only. */
export function hash(x: number, y: number, z = 0): number {
  let h = Math.imul(x, 0x27d4eb2d) ^ Math.imul(y, 0x165667b1) ^ Math.imul(z, 0x9e3779b1);
  h = Math.imul(h ^ (h >>> 15), 0x85ebca6b);
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
  return ((h ^ (h >>> 16)) >>> 0) / 4294967296;
}

const ease = (t: number): number => t * t * t * (t * (t * 6 - 15) + 10);

/** Value noise in [0, 1] over a line of unit cells; `seed` picks the line. */
export function noise1(x: number, seed = 0): number {
  const i = Math.floor(x);
  const f = ease(x - i);
  return hash(i, seed) * (1 - f) + hash(i + 1, seed) * f;
}

/** Value noise in [0, 1] over a plane of unit cells; `seed` picks the plane. */
export function noise2(x: number, y: number, seed = 0): number {
  const i = Math.floor(x);
  const j = Math.floor(y);
  const f = ease(x - i);
  const g = ease(y - j);
  const top = hash(i, j, seed) * (1 - f) + hash(i + 1, j, seed) * f;
  const bottom = hash(i, j + 1, seed) * (1 - f) + hash(i + 1, j + 1, seed) * f;
  return top * (1 - g) + bottom * g;
}

/** Fractal noise in [0, 1]: `octaves` of {@link noise2}, each twice as fine and half as strong as the one before. */
export function fbm(x: number, y: number, octaves: number, seed = 0): number {
  let sum = 0;
  let weight = 0.5;
  let total = 0;
  for (let octave = 0; octave < octaves; octave++) {
    sum += weight * noise2(x, y, seed + octave);
    total += weight;
    weight /= 2;
    // Turned a little each time, so that the lattice doesn't show.
    [x, y] = [1.6 * x + 1.2 * y, -1.2 * x + 1.6 * y];
  }
  return sum / total;
}
