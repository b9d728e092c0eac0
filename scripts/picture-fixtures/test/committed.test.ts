import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { readdirSync, readFileSync, statSync } from "node:fs";
import { test } from "node:test";
import { fixtures } from "../catalogue/all.ts";
import { FOLDER, readExpected } from "../expected.ts";
import { walk } from "../mp4/walk.ts";

const entries = await readExpected();
const read = (name: string): Buffer => readFileSync(`${FOLDER}${name}.mp4`);
const sha256 = (bytes: Uint8Array): string => createHash("sha256").update(bytes).digest("hex");
const HASH = /^[0-9a-f]{64}$/;

test("the catalogue, expected.json and the folder name the same fixtures", () => {
  const files = readdirSync(FOLDER).filter((file) => file.endsWith(".mp4"));
  assert.deepEqual(entries.map(({ name }) => name), fixtures.map(({ name }) => name));
  assert.deepEqual(files.sort(), entries.map(({ name }) => `${name}.mp4`).sort());
  for (const { name, shows, refused } of fixtures) {
    const entry = entries.find((one) => one.name === name)!;
    assert.deepEqual([entry.shows, entry.refused], [shows, refused], name);
  }
});

test("files are those that were made", () => {
  for (const { name, bytes, file } of entries) {
    assert.equal(read(name).length, bytes, name);
    assert.equal(sha256(read(name)), file, name);
  }
});

test("keyframes lie where expected.json says, at their times", () => {
  for (const { name, keyframes, initBytes, entry } of entries) {
    const file = read(name);
    for (const { offset, size, sample } of keyframes) assert.equal(sha256(file.subarray(offset, offset + size)), sample, `${name} at ${offset}`);
    const track = walk(file);
    assert.deepEqual([initBytes, entry], [track.initBytes, track.entry], name);
    assert.deepEqual(
      keyframes.map(({ offset, size, timeUs }) => [offset, size, timeUs]),
      track.samples.filter(({ sync }) => sync).map(({ offset, size, shown }) => [offset, size, Math.floor((shown * 1e6) / track.timescale)]),
      name,
    );
  }
});

test("what has a picture has all of its facts, and what has none has a reason", () => {
  for (const { name, refused, picture, keyframes } of entries) {
    assert.equal(picture === undefined, refused !== undefined, name);
    if (picture) assert.ok(keyframes.length > 0, name);
    for (const { planes, uprightPlanes, cells } of keyframes) {
      if (picture) {
        assert.match(planes ?? "", HASH, name);
        assert.match(cells ?? "", /^([0-9a-f]{6} ){15}[0-9a-f]{6}$/, name);
      }
      assert.equal(uprightPlanes !== undefined, (picture?.rotation ?? 0) !== 0, name);
    }
  }
});

test("one real-size keyframe, and all else is small", () => {
  const hd = entries.find(({ name }) => name === "hd-1080p")!;
  assert.ok(hd.keyframes.length === 1 && hd.keyframes[0]!.size >= 100_000 && hd.keyframes[0]!.size <= 140_000, `${hd.keyframes[0]?.size}`);
  const others = readdirSync(FOLDER).filter((file) => file !== "hd-1080p.mp4").reduce((sum, file) => sum + statSync(`${FOLDER}${file}`).size, 0);
  assert.ok(others <= 1_200_000, `${others} bytes`);
});
