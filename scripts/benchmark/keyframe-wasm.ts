import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { runCommand } from '../localnet/command.ts'
import { ROOT } from '../localnet/places.ts'

/** The crate `keyframe/`, as it is from JavaScript. What has `free` lives in wasm's memory until then. */
export interface Keyframe {
  exact(): Planes
  shrunk(width: number): Planes
  thumbnail(width: number): Uint8Array
  storyboard(): Uint8Array
}

export interface Planes {
  render(width: number): Small
  free(): void
}

export interface Small {
  jpeg(): Uint8Array
  free(): void
}

interface Glue {
  initSync(options: { module: Uint8Array }): { memory: { buffer: ArrayBuffer } }
  Keyframe: new (init: Uint8Array, sample: Uint8Array) => Keyframe
}

/** A wasm instance with a keyframe in it. */
export interface Instance {
  keyframe: Keyframe
  /** Bytes of its memory, which never shrinks. */
  memory(): number
}

const CRATE = join(ROOT, 'scripts/benchmark/keyframe/Cargo.toml')
const OUT = join(ROOT, 'target/keyframe')
const TARGET = 'wasm32-unknown-unknown'

/** Compiles the crate and makes its JavaScript, both in `target`. */
export async function buildKeyframe(log: string): Promise<void> {
  const run = (name: string, command: string, args: string[]) => runCommand({ name, command, args, cwd: ROOT, log })
  await run('compile the keyframe crate', 'cargo', ['build', '--release', '--locked', '--config', `target.${TARGET}.rustflags="${process.env['STREAMHUT_WASM_RUSTFLAGS'] ?? ''}"`, '--target', TARGET, '--manifest-path', CRATE, '--target-dir', 'target'])
  const wasm = join(ROOT, 'target', TARGET, 'release/streamhut_keyframe_bench.wasm')
  const bindgen = process.env['WASM_BINDGEN_BIN'] ?? 'wasm-bindgen'
  await run('wasm-bindgen', bindgen, ['--target', 'web', '--no-typescript', '--out-name', 'keyframe', '--out-dir', OUT, wasm])
}

let instances = 0

/** A new instance of what {@link buildKeyframe} made. `init` is the initialisation segment, `sample` the keyframe's sample. */
export async function openKeyframe(init: Uint8Array, sample: Uint8Array): Promise<Instance> {
  // The glue holds one instance, so that each needs glue of its own.
  const glue = (await import(`${pathToFileURL(join(OUT, 'keyframe.js'))}?${instances++}`)) as Glue
  const { memory } = glue.initSync({ module: await readFile(join(OUT, 'keyframe_bg.wasm')) })
  return { keyframe: new glue.Keyframe(init, sample), memory: () => memory.buffer.byteLength }
}
