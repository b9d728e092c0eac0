/** A clip for the tests of the keyframe decoder. */
export type Fixture = {
  /** Its file's name, without suffix. */
  name: string;
  /** What is special about it. */
  shows: string;
  /** Why there is no picture to be had, where there is none. */
  refused?: string;
  /** The width and height of a pixel as it is to be shown; by default a square. */
  aspect?: [number, number];
  /** Clockwise degrees by which the picture is to be turned. */
  rotation?: 90 | 180 | 270;
  /** Set where ffmpeg's demuxer misplaces samples other than keyframes: then each keyframe is decoded by itself alone. */
  misplaced?: true;
  make: () => Promise<Buffer>;
};
