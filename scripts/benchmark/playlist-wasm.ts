import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { runCommand } from '../localnet/command.ts'
import { ROOT } from '../localnet/places.ts'

/** The crate `playlist/`, as it is from JavaScript. */
export interface PlaylistCrate {
  /** A master playlist, read and written. */
  master(bytes: Uint8Array, url: string): Uint8Array
  Rewriting: new (url: string) => Rewriting
}

/** A media playlist on its way through. */
interface Rewriting {
  push(bytes: Uint8Array): Uint8Array
  /** Frees it, too. */
  finish(): Uint8Array
}

interface Glue extends PlaylistCrate {
  initSync(options: { module: Uint8Array }): unknown
}

const CRATE = join(ROOT, 'scripts/benchmark/playlist/Cargo.toml')
const OUT = join(ROOT, 'target/playlist')
const TARGET = 'wasm32-unknown-unknown'

/** Compiles the crate and makes its JavaScript, both in `target`. */
export async function buildPlaylist(log: string): Promise<void> {
  const run = (name: string, command: string, args: string[]) => runCommand({ name, command, args, cwd: ROOT, log })
  await run('compile the playlist crate', 'cargo', ['build', '--release', '--locked', '--config', `target.${TARGET}.rustflags="${process.env['STREAMHUT_WASM_RUSTFLAGS'] ?? ''}"`, '--target', TARGET, '--manifest-path', CRATE, '--target-dir', 'target'])
  const wasm = join(ROOT, 'target', TARGET, 'release/streamhut_playlist_bench.wasm')
  const bindgen = process.env['WASM_BINDGEN_BIN'] ?? 'wasm-bindgen'
  await run('wasm-bindgen', bindgen, ['--target', 'web', '--no-typescript', '--out-name', 'playlist', '--out-dir', OUT, wasm])
}

/** An instance of what {@link buildPlaylist} made. */
export async function openPlaylist(): Promise<PlaylistCrate> {
  const glue = (await import(pathToFileURL(join(OUT, 'playlist.js')).href)) as Glue
  glue.initSync({ module: await readFile(join(OUT, 'playlist_bg.wasm')) })
  return glue
}
