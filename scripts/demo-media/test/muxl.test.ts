import assert from "node:assert/strict";
import { test } from "node:test";
import { box, boxes } from "../mp4/boxes.ts";
import { C2PA_UUID } from "../package/muxl.ts";
import { folders, type Folder, type Playlist } from "./folders.ts";

const startsWithC2pa = ({ segments, read }: Playlist): boolean => {
  const { uri, start } = segments[0]!;
  return read(uri).subarray(start + 8, start + 24).equals(C2PA_UUID);
};
const muxl: Folder[] = folders.filter(({ playlists }) => startsWithC2pa(playlists[0]!));

/** Types of the length-prefixed NAL units of a sample. */
function nalTypes(sample: Buffer): number[] {
  const types: number[] = [];
  for (let at = 0; at < sample.length; at += 4 + sample.readUInt32BE(at)) types.push(sample[at + 4]! & 31);
  return types;
}

test("at least two folders have the live archives' shape", () => assert.ok(muxl.length >= 2, `${muxl.length}`));

test("each segment is two uuid boxes, then a moof of one sample and an mdat per frame", () => {
  for (const playlist of muxl.flatMap(({ playlists }) => playlists)) {
    for (const { uri, start, length } of playlist.segments) {
      const file = playlist.read(uri);
      const [c2pa, own, ...frames] = boxes(file, start, start + length);
      assert.ok(file.subarray(c2pa!.body, c2pa!.body + 16).equals(C2PA_UUID), playlist.name);
      assert.ok(c2pa!.end - c2pa!.start >= 4096 && c2pa!.end - c2pa!.start <= 16384, playlist.name);
      assert.equal(own!.type, "uuid", playlist.name);
      for (let i = 0; i < frames.length; i += 2) {
        const [moof, mdat] = [frames[i]!, frames[i + 1]!];
        assert.deepEqual([moof.type, mdat.type], ["moof", "mdat"], `${playlist.name} at ${moof.start}`);
        const trun = box(file, "traf/trun", moof);
        assert.equal(file.readUInt32BE(trun.body + 4), 1, "samples");
        assert.equal(moof.start + file.readInt32BE(trun.body + 8), mdat.body, "data offset");
        assert.equal(file.readUInt32BE(trun.body + 16), mdat.end - mdat.body, "sample size");
      }
    }
  }
});

test("a video segment opens with SPS, PPS and an IDR picture, and has no other", () => {
  for (const playlist of muxl.flatMap(({ playlists }) => playlists).filter(({ kind }) => kind === "video")) {
    for (const { uri, start, length, seconds } of playlist.segments) {
      assert.ok(Math.abs(seconds - 1) < 1e-6, `${playlist.name}: ${seconds} s`);
      const file = playlist.read(uri);
      const [first, ...others] = boxes(file, start, start + length).filter(({ type }) => type === "mdat").map(({ body, end }) => nalTypes(file.subarray(body, end)));
      assert.deepEqual([...new Set(first)], [7, 8, 5], `${playlist.name} at ${start}`);
      for (const types of others) assert.ok(!types.includes(5), `${playlist.name} at ${start}`);
    }
  }
});

test("the tracks' ranges tile one blob, taking turns", () => {
  for (const { slug, playlists } of muxl) {
    const ranges = playlists.flatMap(({ segments }, track) => segments.map((one) => ({ ...one, track }))).sort((a, b) => a.start - b.start);
    assert.equal(new Set(ranges.map(({ uri }) => uri)).size, 1, slug);
    let end = 0;
    ranges.forEach(({ start, length, track }, i) => {
      assert.equal(start, end, slug);
      assert.equal(track, i % playlists.length, slug);
      end += length;
    });
    assert.equal(end, playlists[0]!.read(ranges[0]!.uri).length, slug);
  }
});
