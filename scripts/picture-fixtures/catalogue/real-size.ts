import { encodeTrack } from "../encode.ts";
import type { Fixture } from "../fixture.ts";
import { writeFragments } from "../mp4/fragments.ts";
import { layered } from "../source.ts";
import { MUXL } from "./container.ts";

/** A keyframe of the size and weight that live archives have: 1920x1080, 60 frames a second, between 100 and 140 kB. */
export const realSize: Fixture = {
  name: "hd-1080p",
  shows: "1920x1080, High, CABAC, 8x8 transform, in the layout of Streamplace's archives; a keyframe and one frame more",
  make: async () => {
    const track = await encodeTrack({
      source: layered, size: "1920x1080", rate: 60, frames: 2, gop: 2,
      codec: ["-profile:v", "high", "-preset", "veryfast", "-level", "4.2", "-crf", "26"],
      x264: "repeat-headers=1",
    });
    const { length } = track.samples[0]!.data;
    if (length < 100_000 || length > 140_000) throw new Error(`a keyframe of ${length} bytes`);
    return writeFragments(track, MUXL);
  },
};
