import { type Audio, SAMPLE_RATE, type Voice } from "./score.ts";

const hertz = (pitch: number): number => 440 * 2 ** ((pitch - 69) / 12);

/** Adds `wave(t)` from `start` for `length` seconds, with the usual equal-power panning. */
function add(audio: Audio, start: number, length: number, gain: number, pan: number, wave: (t: number) => number): void {
  const first = Math.round(start * SAMPLE_RATE);
  const last = Math.min(audio.left.length, first + Math.round(length * SAMPLE_RATE));
  const angle = ((pan + 1) * Math.PI) / 4;
  const [left, right] = [gain * Math.cos(angle), gain * Math.sin(angle)];
  for (let i = first; i < last; i++) {
    const sample = wave((i - first) / SAMPLE_RATE);
    audio.left[i]! += left * sample;
    audio.right[i]! += right * sample;
  }
}

/** A soft chord tone: swells and ebbs, three strings a few cents apart. */
export const pad: Voice = (audio, { start, length, pitch, gain, pan }) => {
  const w = 2 * Math.PI * hertz(pitch);
  const ring = length * 1.35;
  add(audio, start, ring, gain, pan, (t) => {
    const swell = Math.min(1, t / (0.3 * length)) * Math.min(1, (ring - t) / (0.5 * length));
    const tone = (d: number) => Math.sin(w * d * t) + 0.28 * Math.sin(2 * w * d * t) + 0.1 * Math.sin(3 * w * d * t);
    return swell * swell * (tone(0.998) + tone(1) + tone(1.0023)) * 0.33;
  });
};

/** A plucked string: a quick attack, and overtones that die before the fundamental. */
export const pluck: Voice = (audio, { start, pitch, gain, pan }) => {
  const w = 2 * Math.PI * hertz(pitch);
  add(audio, start, 2.2, gain, pan, (t) => {
    let sum = 0;
    for (let k = 1; k <= 5; k++) sum += Math.sin(k * w * t) * Math.exp(-t * (1.6 + 1.5 * k)) / k;
    return sum * Math.min(1, t / 0.004) * Math.min(1, (2.2 - t) / 0.3);
  });
};

/** A small bell, by frequency modulation. */
export const bell: Voice = (audio, { start, pitch, gain, pan }) => {
  const w = 2 * Math.PI * hertz(pitch);
  add(audio, start, 3.5, gain, pan, (t) => {
    const shine = 1.6 * Math.exp(-t * 3.5) * Math.sin(3.5 * w * t);
    return Math.sin(w * t + shine) * Math.exp(-t * 1.7) * Math.min(1, t / 0.003) * Math.min(1, (3.5 - t) / 0.5);
  });
};

/** A round bass note. */
export const bass: Voice = (audio, { start, length, pitch, gain, pan }) => {
  const w = 2 * Math.PI * hertz(pitch);
  add(audio, start, length, gain, pan, (t) => {
    const envelope = Math.min(1, t / 0.02) * Math.min(1, (length - t) / 0.12) * (0.55 + 0.45 * Math.exp(-t * 2));
    return envelope * (Math.sin(w * t) + 0.35 * Math.sin(2 * w * t) + 0.1 * Math.sin(3 * w * t));
  });
};

/** A soft beat: a sine that falls in pitch. */
export const kick: Voice = (audio, { start, gain }) => {
  add(audio, start, 0.35, gain, 0, (t) => Math.sin(2 * Math.PI * (48 * t + 5 * (1 - Math.exp(-t * 30)))) * Math.exp(-t * 9) * Math.min(1, (0.35 - t) / 0.05));
};
