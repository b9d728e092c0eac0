import { existsSync } from 'node:fs'
import { mkdir, rename, rm } from 'node:fs/promises'
import { homedir } from 'node:os'
import { basename, dirname, join } from 'node:path'
import { runCommand } from '../localnet/command.ts'
import { ROOT } from '../localnet/places.ts'
import { findVideoFolders, type VideoFolder } from '../localnet/publish/media-dirs.ts'

/** Another one with each change to what `hour.ts` makes. */
const VERSION = 1

const HOUR_SECONDS = 3600
const CLIP_SECONDS = 30

/** Videos of 1920x1080 with a keyframe each second, as heavy as real ones. */
export interface Videos {
  hour: VideoFolder
  /** Half a minute. */
  clip: VideoFolder
}

/** The videos, made once; later runs find them in the user's cache. Needs ffmpeg with libx264. */
export async function videos(log: string): Promise<Videos> {
  const dir = join(process.env['XDG_CACHE_HOME'] || join(homedir(), '.cache'), `streamhut/bench/videos-${VERSION}`)
  if (!existsSync(dir)) await make(dir, log)
  const found = await findVideoFolders([dir])
  const named = (name: string) => {
    const video = found.find(({ folder }) => basename(folder) === name)
    if (video === undefined) throw new Error(`${dir} has no ${name}; remove it, and it is made anew`)
    return video
  }
  return { hour: named('an-hour'), clip: named(`${CLIP_SECONDS}-seconds`) }
}

/** Appears under its name only when it is whole. */
async function make(dir: string, log: string): Promise<void> {
  const part = `${dir}.part`
  await rm(part, { recursive: true, force: true })
  await mkdir(dirname(dir), { recursive: true })
  const args = [join(ROOT, 'scripts/picture-fixtures/hour.ts'), part, String(HOUR_SECONDS), String(CLIP_SECONDS)]
  await runCommand({ name: 'videos to measure with', command: process.execPath, args, cwd: ROOT, log })
  await rename(part, dir)
}
