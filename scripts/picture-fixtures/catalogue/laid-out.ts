import type { Track } from "../../demo-media/mp4/samples.ts";
import { encodeTrack, type Encoding } from "../encode.ts";
import type { Fixture } from "../fixture.ts";
import { type Style, writeFragments } from "../mp4/fragments.ts";
import { card } from "../source.ts";

/** High, CABAC, 8x8 transform. */
export const HIGH: Encoding = { codec: ["-profile:v", "high"] };

/** The same, of the test picture. */
export const CARD: Encoding = { ...HIGH, source: card };

/** A clip that is encoded, changed, and laid out in fragments of our own. */
export const laidOut = (name: string, shows: string, style: Style, encoding: Encoding = HIGH, change: (track: Track) => Track = (track) => track): Fixture => ({
  name,
  shows,
  make: async () => writeFragments(change(await encodeTrack(encoding)), style),
});

/** A change of the initialisation segment alone. */
export const withInit = (change: (init: Buffer) => Buffer) => (track: Track): Track => ({ ...track, init: change(track.init) });
