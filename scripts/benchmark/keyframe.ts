import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { FOLDER, readExpected } from '../picture-fixtures/expected.ts'
import { annexB, split } from '../picture-fixtures/h264/nal.ts'
import { configurationOf } from '../picture-fixtures/mp4/avcc.ts'
import { ffmpeg } from './ffmpeg.ts'
import { buildKeyframe, openKeyframe, type Keyframe } from './keyframe-wasm.ts'
import { row, type Row } from './row.ts'
import { slope } from './slope.ts'
import type { Stage } from './stage.ts'
import { inTurns, type Measure } from './turns.ts'

/** What is measured against ffmpeg, and what against a limit alone. */
export const ROWS = ['keyframe_1080p', 'keyframe_1080p_decode', 'keyframe_1080p_exact', 'keyframe_1080p_render', 'keyframe_1080p_jpeg'] as const
export const MEMORY_ROWS = ['keyframe_memory', 'pictures_memory'] as const

/** 1920x1080, 122 kB. */
const FIXTURE = 'hd-1080p'
const WIDTH = 320
/** Pictures before anything counts: an engine makes wasm quick in the course of some of them. */
const WARM_UP = 40
const ROUNDS = 9
/** Pictures in one turn of ours. */
const EACH = 15
/** Pictures in the peer's two runs. */
const [SHORT, LONG] = [5, 45]
/** Half of what an isolate may have. */
const MEMORY_LIMIT_MB = 64

/** A keyframe's bytes, in the two forms in which decoders take them. */
interface Bytes {
  init: Buffer
  sample: Buffer
  /** With its parameter sets, to be repeated. */
  stream: Buffer
}

/** From a keyframe to a small JPEG, held against ffmpeg; each step held against the same of ffmpeg, or against the whole. */
export async function keyframe(stage: Stage): Promise<Row[]> {
  const bytes = await read()
  await built(stage)
  const folder = await stage.folder('keyframe')
  const { keyframe } = await openKeyframe(bytes.init, bytes.sample)
  const repeated = async (pieces: number) => {
    const path = join(folder, `${pieces}.264`)
    await writeFile(path, Buffer.concat(Array<Buffer>(pieces).fill(bytes.stream)))
    return { pieces, path }
  }
  const runs = [await repeated(SHORT), await repeated(LONG)] as const
  const peer = (input: string[], output: string[]) => async () => {
    const single = ['-threads', '1']
    const took = async ({ pieces, path }: { pieces: number; path: string }) => {
      const { cpu } = await ffmpeg([...single, ...input, '-f', 'h264', '-i', path, '-filter_threads', '1', ...single, ...output])
      return { pieces, took: cpu }
    }
    return slope(await took(runs[0]), await took(runs[1]))
  }
  const toNothing = ['-f', 'null', '-']
  return stage.step('keyframe_1080p', async () => {
    const steps = stepsOf(keyframe)
    for (let picture = 0; picture < WARM_UP; picture++) keyframe.thumbnail(WIDTH)
    const took = await inTurns(
      {
        ...steps,
        peerWhole: peer([], ['-vf', `scale=${WIDTH}:-2`, '-c:v', 'mjpeg', '-f', 'mjpeg', '/dev/null']),
        peerDecode: peer(['-skip_loop_filter', 'all'], toNothing),
        peerExact: peer([], toNothing),
      },
      ROUNDS,
    )
    return rows(took)
  })
}

type Step = 'whole' | 'decode' | 'exact' | 'render' | 'jpeg'

function rows(took: Record<Step | 'peerWhole' | 'peerDecode' | 'peerExact', number>): Row[] {
  const kind = (name: string, what: string, ours: number, peer: number, limit?: number) =>
    row({ name, what, unit: 'ms of CPU', ours, peer, ...(limit !== undefined && { limit }) })
  return [
    kind('keyframe_1080p', `a keyframe of 1920x1080 and 122 kB to a JPEG ${WIDTH} px wide, in wasm; peer: ffmpeg with one thread`, took.whole, took.peerWhole, 2.5),
    kind('keyframe_1080p_decode', 'of that, decoding, without the loop filter; peer: ffmpeg without the loop filter', took.decode, took.peerDecode),
    kind('keyframe_1080p_exact', 'decoding with the loop filter, as larger pictures need it; peer: ffmpeg', took.exact, took.peerExact),
    kind('keyframe_1080p_render', 'scaling and colour; peer: our own whole', took.render, took.whole),
    kind('keyframe_1080p_jpeg', 'JPEG; peer: our own whole', took.jpeg, took.whole),
  ]
}

function stepsOf(keyframe: Keyframe): Record<Step, Measure> {
  const planes = keyframe.shrunk(WIDTH)
  const small = planes.render(WIDTH)
  return {
    whole: cpuOf(() => keyframe.thumbnail(WIDTH)),
    decode: cpuOf(() => keyframe.shrunk(WIDTH).free()),
    exact: cpuOf(() => keyframe.exact().free()),
    render: cpuOf(() => planes.render(WIDTH).free()),
    jpeg: cpuOf(() => small.jpeg()),
  }
}

/** Milliseconds of CPU that one call takes, of this process: what else the machine does is no part of them. */
function cpuOf(call: () => unknown): Measure {
  return async () => {
    const before = process.cpuUsage()
    for (let turn = 0; turn < EACH; turn++) call()
    const { user, system } = process.cpuUsage(before)
    return (user + system) / 1_000 / EACH
  }
}

/** What the wasm has of memory after its work, of which an isolate's other parts need some too. */
export async function memory(stage: Stage): Promise<Row[]> {
  const { init, sample } = await read()
  await built(stage)
  const after = async (work: (keyframe: Keyframe) => unknown) => {
    const { keyframe, memory } = await openKeyframe(init, sample)
    work(keyframe)
    return memory() / 1e6
  }
  const limited = (name: string, what: string, ours: number) =>
    row({ name, what: `${what}; peer: half of what an isolate may have`, unit: 'MB', ours, peer: MEMORY_LIMIT_MB, limit: 1 })
  return stage.step('keyframe_memory, pictures_memory', async () => [
    limited('keyframe_memory', `the wasm's memory after pictures of 1920x1080 in ${WIDTH} and 1280 px`, await after((one) => [one.thumbnail(WIDTH), one.thumbnail(1280)])),
    limited('pictures_memory', 'the same after 100 tiles of a storyboard and their sheet', await after((one) => one.storyboard())),
  ])
}

const builds = new WeakMap<Stage, Promise<void>>()

function built(stage: Stage): Promise<void> {
  const build = builds.get(stage) ?? stage.step('build keyframe', async () => buildKeyframe(join(await stage.folder('keyframe'), 'build.log')))
  builds.set(stage, build)
  return build
}

async function read(): Promise<Bytes> {
  const entry = (await readExpected()).find(({ name }) => name === FIXTURE)
  const [first] = entry?.keyframes ?? []
  if (entry === undefined || first === undefined) throw new Error(`no fixture ${FIXTURE} in ${FOLDER}`)
  const file = await readFile(join(FOLDER, `${FIXTURE}.mp4`))
  const [init, sample] = [file.subarray(0, entry.initBytes), file.subarray(first.offset, first.offset + first.size)]
  const { sps, pps, lengthSize } = configurationOf(init)
  return { init, sample, stream: annexB([...sps, ...pps, ...split(sample, lengthSize)]) }
}
