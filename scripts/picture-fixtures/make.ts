/**
 * Makes the fixtures of the keyframe decoder: `node scripts/picture-fixtures/make.ts [name…]`, all without a name.
 * Needs ffmpeg with libx264, libx265, libaom and libvpx.
 */
import { mkdir, readdir, rm, writeFile } from "node:fs/promises";
import { setPriority } from "node:os";
import { fixtures } from "./catalogue/all.ts";
import { type Entry, FOLDER, readExpected, writeExpected } from "./expected.ts";
import { observe } from "./observe.ts";

const asked = process.argv.slice(2);
const unknown = asked.filter((name) => !fixtures.some((fixture) => fixture.name === name));
if (unknown.length > 0) {
  console.error(`no fixture ${unknown.join(", ")}; there are ${fixtures.map(({ name }) => name).join(", ")}`);
  process.exit(2);
}
setPriority(10);
await mkdir(FOLDER, { recursive: true });
const entries = new Map<string, Entry>((await readExpected()).map((entry) => [entry.name, entry]));
for (const fixture of fixtures.filter(({ name }) => asked.length === 0 || asked.includes(name))) {
  try {
    const file = await fixture.make();
    const entry = await observe(fixture, file);
    const before = entries.get(fixture.name);
    entries.set(fixture.name, entry);
    await writeFile(`${FOLDER}${fixture.name}.mp4`, file);
    const sizes = entry.keyframes.map(({ size }) => size).join(", ");
    console.log(`${fixture.name}: ${file.length} bytes, keyframes of ${sizes || "none"}${before && before.file !== entry.file ? " (changed)" : ""}`);
  } catch (error) {
    throw new Error(`fixture ${fixture.name}`, { cause: error });
  }
}
const known = fixtures.map(({ name }) => entries.get(name)).filter((entry) => entry !== undefined);
await writeFile(`${FOLDER}expected.json`, writeExpected(known));
const names = new Set(known.map(({ name }) => `${name}.mp4`));
for (const file of await readdir(FOLDER)) if (file.endsWith(".mp4") && !names.has(file)) await rm(`${FOLDER}${file}`);
