import assert from "node:assert/strict";
import { test } from "node:test";
import { box, boxes } from "../mp4/boxes.ts";
import { codecString, pictureSize, sampleEntries } from "../mp4/codecs.ts";
import { duration, rates } from "../playlist.ts";
import { folders, initOf } from "./folders.ts";

const playlists = folders.flatMap(({ playlists }) => playlists);

test("the set is small enough to commit and large enough to fill a first screen", () => {
  const megabytes = folders.reduce((sum, { bytes }) => sum + bytes, 0) / 1e6;
  assert.ok(megabytes <= 15, `${megabytes} MB`);
  assert.ok(folders.length >= 8, `${folders.length} videos`);
});

test("cards say what records need", () => {
  for (const { slug, card } of folders) {
    assert.ok(card.title.length > 0 && card.title.length <= 140, slug);
    assert.ok(["aurora", "basalt", "cirrus"].includes(card.creator), slug);
    assert.ok(card.tags.length <= 10 && card.tags.every((tag) => typeof tag === "string"), slug);
    assert.equal(new Date(card.createdAt).toISOString(), card.createdAt, slug);
    assert.match(card.createdAt, /^2026-(0\d|10)-/, slug);
    assert.ok(card.durationMs >= 10_000 && card.durationMs <= 120_000, slug);
  }
  assert.deepEqual(new Set(folders.map(({ card }) => card.generation)), new Set(["A", "B", "C"]));
  assert.ok(folders.some(({ card }) => /^0:00 /m.test(card.description)));
});

test("chapters begin at zero, rise, and lie inside the video", () => {
  for (const { slug, card } of folders) {
    const starts = [...card.description.matchAll(/^(\d+):(\d\d) /gm)].map(([, m, s]) => Number(m) * 60 + Number(s));
    if (starts.length > 0) assert.equal(starts[0], 0, slug);
    starts.forEach((start, i) => assert.ok(start * 1000 < card.durationMs && (i === 0 || start > starts[i - 1]!), `${slug} at ${start}`));
  }
});

test("ranges lie in their files and begin with a box; maps are an ftyp and a moov", () => {
  for (const playlist of playlists) {
    assert.deepEqual(boxes(initOf(playlist)).map(({ type }) => type), ["ftyp", "moov"], playlist.name);
    for (const { uri, start, length } of playlist.segments) {
      const file = playlist.read(uri);
      assert.ok(start + length <= file.length, `${playlist.name}: ${start} + ${length} > ${file.length}`);
      const types = boxes(file, start, start + length).map(({ type }) => type);
      assert.ok(types.includes("moof") && types.at(-1) === "mdat", `${playlist.name} at ${start}: ${types.slice(0, 6)}`);
      assert.ok(["uuid", "sidx", "moof", "styp"].includes(types[0]!), `${playlist.name} at ${start}: ${types[0]}`);
    }
  }
});

test("playlists last as long as their cards say, in segments of one or two seconds", () => {
  for (const { card, playlists } of folders) {
    for (const { name, kind, segments } of playlists) {
      assert.ok(Math.abs(duration(segments) * 1000 - card.durationMs) < 120, `${name}: ${duration(segments)} s`);
      if (kind !== "audio") for (const { seconds } of segments) assert.ok(seconds <= 2.05, `${name}: ${seconds} s`);
    }
  }
});

test("masters tell the truth about codecs, sizes and rates", () => {
  for (const { playlists } of folders) {
    const audios = playlists.filter(({ kind }) => kind === "audio");
    for (const video of playlists.filter(({ kind }) => kind === "video")) {
      const { attributes, name } = video;
      assert.equal(attributes.get("CODECS"), [video, audios[0]!].map((one) => codecString(initOf(one))).join(","), name);
      assert.equal(attributes.get("RESOLUTION"), pictureSize(initOf(video)).join("x"), name);
      const sum = rates(video.segments).peak + Math.max(...audios.map(({ segments }) => rates(segments).peak));
      assert.ok(Number(attributes.get("BANDWIDTH")) >= sum, `${name}: ${attributes.get("BANDWIDTH")} < ${sum}`);
    }
    for (const audio of audios) assert.equal(audio.attributes.get("NAME"), codecString(initOf(audio)), audio.name);
  }
});

test("both orientations, 360p to 1080p, both audio codecs, three H.264 profiles, two renditions somewhere", () => {
  const entries = playlists.flatMap((one) => sampleEntries(initOf(one)));
  for (const type of ["avc1", "mp4a", "Opus"]) assert.ok(entries.includes(type), type);
  const sizes = playlists.filter(({ kind }) => kind !== "audio").map((one) => pictureSize(initOf(one)));
  assert.ok(sizes.some(([width, height]) => width > height) && sizes.some(([width, height]) => width < height));
  const heights = sizes.map(([width, height]) => Math.min(width, height));
  assert.equal(Math.min(...heights), 360);
  assert.equal(Math.max(...heights), 1080);
  const profiles = playlists.filter(({ kind }) => kind !== "audio").map((one) => codecString(initOf(one)).slice(5, 7));
  assert.deepEqual(new Set(profiles), new Set(["42", "4d", "64"]));
  assert.ok(folders.filter(({ playlists }) => playlists.filter(({ kind }) => kind === "video").length === 2).length >= 2);
});

test("both layouts of a folder occur", () => {
  const muxed = folders.filter(({ playlists }) => playlists[0]!.kind === "muxed").length;
  assert.ok(muxed >= 2 && folders.length - muxed >= 4, `${muxed} of ${folders.length}`);
});

test("every box path that players follow is there", () => {
  for (const playlist of playlists) assert.doesNotThrow(() => box(initOf(playlist), "moov/mvex/trex"), playlist.name);
});
