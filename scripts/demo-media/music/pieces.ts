import type { Part, Piece } from "./score.ts";
import { bass, bell, kick, pad, pluck } from "./voices.ts";

/** Strikes the chord's notes in the order of `degrees`, evenly over a bar of `beats`. */
function arpeggio(degrees: number[], beats: number): Part["pattern"] {
  const step = beats / degrees.length;
  return degrees.map((degree, i) => ({ beat: i * step, degree, beats: step }));
}

/** All notes of a chord of `size`, for a whole bar of `beats`. */
const held = (size: number, beats: number): Part["pattern"] => Array.from({ length: size }, (_, degree) => ({ beat: 0, degree, beats }));

/** Evening: warm chords under a slow guitar-like figure. */
export const dusk: Piece = {
  bpm: 72,
  beatsPerBar: 4,
  chords: [[45, 52, 60, 64], [41, 48, 57, 64], [48, 55, 64, 67], [43, 50, 59, 67]],
  parts: [
    { voice: pad, gain: 0.5, pattern: held(4, 4), width: 0.5 },
    { voice: pluck, gain: 0.5, pattern: arpeggio([0, 2, 1, 3, 2, 5, 3, 2], 4), octave: 1, width: 0.6 },
    { voice: bass, gain: 0.5, pattern: [{ beat: 0, degree: 0, beats: 3.5 }], octave: -1 },
  ],
  room: 0.35,
};

/** Cold and wide: long chords, a bell now and then. */
export const polar: Piece = {
  bpm: 60,
  beatsPerBar: 8,
  chords: [[50, 57, 62, 66, 69], [47, 54, 62, 66, 71], [43, 50, 59, 66, 69], [45, 52, 61, 64, 69]],
  parts: [
    { voice: pad, gain: 0.6, pattern: held(5, 8), width: 0.8 },
    { voice: bell, gain: 0.3, pattern: [{ beat: 1, degree: 4, beats: 2 }, { beat: 3.5, degree: 3, beats: 2 }, { beat: 6, degree: 6, beats: 2 }], octave: 1, width: 0.9 },
  ],
  room: 0.6,
};

/** Easy-going: a round bass, a soft beat, off-beat plucks. */
export const lounge: Piece = {
  bpm: 92,
  beatsPerBar: 4,
  chords: [[50, 57, 60, 65], [43, 53, 59, 65], [48, 55, 59, 64], [45, 52, 60, 67]],
  parts: [
    { voice: kick, gain: 0.9, pattern: [0, 2].map((beat) => ({ beat, degree: 0, beats: 1 })) },
    { voice: bass, gain: 0.6, pattern: [{ beat: 0, degree: 0, beats: 1.4 }, { beat: 1.5, degree: 0, beats: 0.5 }, { beat: 2.5, degree: 1, beats: 1.3 }], octave: -1 },
    { voice: pluck, gain: 0.35, pattern: [0.5, 1.5, 2.5, 3.5].flatMap((beat, i) => [{ beat, degree: 1 + (i % 2), beats: 0.5 }, { beat, degree: 3, beats: 0.5 }]), octave: 1, width: 0.7 },
    { voice: pad, gain: 0.3, pattern: held(4, 4), width: 0.6 },
  ],
  room: 0.25,
};

/** Bright and even: bells running through wide chords. */
export const glass: Piece = {
  bpm: 84,
  beatsPerBar: 4,
  chords: [[53, 60, 64, 69], [52, 59, 64, 67], [50, 57, 60, 65], [48, 55, 62, 64]],
  parts: [
    { voice: bell, gain: 0.32, pattern: arpeggio([0, 1, 2, 3, 4, 3, 2, 1], 4), octave: 1, width: 0.8 },
    { voice: pad, gain: 0.4, pattern: held(4, 4), width: 0.5 },
    { voice: bass, gain: 0.4, pattern: [{ beat: 0, degree: 0, beats: 3.8 }], octave: -1 },
  ],
  room: 0.4,
};

/** A study in motion: sixteenth notes over five octaves, made to be looked at as much as heard. */
export const etude: Piece = {
  bpm: 96,
  beatsPerBar: 4,
  chords: [[48, 52, 55, 59], [45, 48, 52, 55], [41, 45, 48, 52], [43, 47, 50, 53], [40, 43, 47, 50], [45, 48, 52, 57], [50, 53, 57, 60], [43, 50, 53, 59]],
  parts: [
    { voice: pluck, gain: 0.5, pattern: arpeggio([0, 1, 2, 3, 4, 5, 6, 7, 8, 7, 6, 5, 4, 3, 2, 1], 4), octave: 1, width: 0.7 },
    { voice: bell, gain: 0.2, pattern: [{ beat: 0, degree: 8, beats: 2 }, { beat: 2, degree: 7, beats: 2 }], octave: 1, width: 0.4 },
    { voice: bass, gain: 0.5, pattern: [{ beat: 0, degree: 0, beats: 2 }, { beat: 2, degree: 2, beats: 1.9 }] },
  ],
  room: 0.3,
};

/** One clear tone per second, higher on every tenth. */
export const seconds: Piece = {
  bpm: 60,
  beatsPerBar: 10,
  chords: [[69, 81]],
  parts: [{ voice: pluck, gain: 0.5, pattern: arpeggio([1, 0, 0, 0, 0, 0, 0, 0, 0, 0], 10) }],
  room: 0.05,
};
