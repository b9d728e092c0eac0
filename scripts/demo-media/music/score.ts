/** Stereo sound at {@link SAMPLE_RATE}. */
export type Audio = { left: Float32Array; right: Float32Array };

export const SAMPLE_RATE = 48_000;

/** A voice adds to `audio` a note of `pitch` (MIDI number, 69 = A 440 Hz) from `start` for `length` seconds; `pan` runs from -1 to 1. */
export type Voice = (audio: Audio, note: { start: number; length: number; pitch: number; gain: number; pan: number }) => void;

/** One line of a piece. */
export type Part = {
  voice: Voice;
  gain: number;
  /** Which notes of the chord are struck at which beat of the bar; an index beyond the chord wraps an octave up. */
  pattern: { beat: number; degree: number; beats: number }[];
  octave?: number;
  /** How far notes are spread between the speakers, 0..1. */
  width?: number;
};

/** A piece: chords (MIDI numbers), one per bar, repeated as long as it lasts. */
export type Piece = { bpm: number; beatsPerBar: number; chords: number[][]; parts: Part[]; room?: number };

/** Plays `piece` for `seconds`, fading in and out, peaking at -3 dBFS. */
export function play(piece: Piece, seconds: number): Audio {
  const samples = Math.round(seconds * SAMPLE_RATE);
  const audio = { left: new Float32Array(samples), right: new Float32Array(samples) };
  const beat = 60 / piece.bpm;
  const bar = beat * piece.beatsPerBar;
  for (let index = 0; index * bar < seconds; index++) {
    const chord = piece.chords[index % piece.chords.length]!;
    piece.parts.forEach((part, line) =>
      part.pattern.forEach((note, step) => {
        const pitch = chord[note.degree % chord.length]! + 12 * (Math.floor(note.degree / chord.length) + (part.octave ?? 0));
        const pan = (part.width ?? 0) * Math.sin(2.4 * step + line + index);
        part.voice(audio, { start: index * bar + note.beat * beat, length: note.beats * beat, pitch, gain: part.gain, pan });
      }),
    );
  }
  reverberate(audio, piece.room ?? 0.25);
  finish(audio);
  return audio;
}

/** Four combs per side (Schroeder 1962), with lengths that share no factor. */
function reverberate({ left, right }: Audio, amount: number): void {
  for (const [channel, delays] of [[left, [1687, 2053, 2251, 2699]], [right, [1733, 1999, 2333, 2617]]] as const) {
    const wet = new Float32Array(channel.length);
    for (const delay of delays) {
      const line = new Float32Array(delay);
      let low = 0;
      for (let i = 0, at = 0; i < channel.length; i++, at = at + 1 === delay ? 0 : at + 1) {
        const out = line[at]!;
        low = 0.6 * out + 0.4 * low;
        line[at] = channel[i]! + 0.78 * low;
        wet[i]! += out;
      }
    }
    for (let i = 0; i < channel.length; i++) channel[i]! += (amount / 4) * wet[i]!;
  }
}

function finish({ left, right }: Audio): void {
  let peak = 1e-9;
  for (const channel of [left, right]) for (const sample of channel) peak = Math.max(peak, Math.abs(sample));
  const fade = Math.min(left.length / 4, 1.5 * SAMPLE_RATE);
  for (const channel of [left, right]) {
    for (let i = 0; i < channel.length; i++) {
      channel[i]! *= (0.7 / peak) * Math.min(1, i / (fade / 6), (channel.length - i) / fade);
    }
  }
}
