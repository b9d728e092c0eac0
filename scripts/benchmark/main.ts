/** The benchmarks behind `scripts/bench`, which says what they take. */
import { parseArgs } from 'node:util'
import { progress } from '../localnet/progress.ts'
import { bundleSizes, parts } from './bundle-size.ts'
import { dispatchCold, ROWS as COLD } from './dispatch-cold.ts'
import { dispatchWarm, ROWS as WARM } from './dispatch-warm.ts'
import { hasFfmpeg } from './ffmpeg.ts'
import { firstFrame, ROWS as FIRST_FRAME } from './first-frame.ts'
import { lists, ROWS as LISTS } from './index-lists.ts'
import { indexMemory, ROWS as INDEX_MEMORY } from './index-memory.ts'
import { sync, ROWS as SYNC } from './index-sync.ts'
import { keyframe, memory, MEMORY_ROWS, ROWS as KEYFRAME } from './keyframe.ts'
import { playlist, ROWS as PLAYLIST } from './playlist.ts'
import { table, type Row } from './row.ts'
import { siteSpeed, ROWS as SITE_SPEED } from './site-speed.ts'
import { openStage } from './stage.ts'
import { storyboard, ROWS as STORYBOARD } from './storyboard.ts'
import { thumbnailCold, ROWS as THUMBNAIL } from './thumbnail-cold.ts'
import { warmDocuments, ROWS as DOCUMENTS } from './warm-documents.ts'

const { values, positionals: names } = parseArgs({
  options: { json: { type: 'boolean', default: false }, record: { type: 'boolean', default: false } },
  allowPositionals: true,
})

const sizes = (await parts()).map((part) => `bundle_size_${part}`)
const all = [...WARM, ...COLD, ...KEYFRAME, ...MEMORY_ROWS, ...THUMBNAIL, ...STORYBOARD, ...PLAYLIST, ...DOCUMENTS, ...SYNC, ...INDEX_MEMORY, ...LISTS, ...FIRST_FRAME, ...SITE_SPEED, ...sizes]
const strange = names.filter((name) => !all.some((row) => isNamed(row, name)))
if (strange.length > 0) {
  console.error(`no benchmark named ${strange.join(', ')}; there are ${all.join(', ')}`)
  process.exit(2)
}

// Whatever is running ends with us.
for (const [signal, code] of [['SIGINT', 130], ['SIGTERM', 143], ['SIGHUP', 129]] as const) process.once(signal, () => process.exit(code))

const wants = (row: string) => names.length === 0 || names.some((name) => isNamed(row, name))
const ffmpegs = hasFfmpeg()
const stage = await openStage(progress(process.stderr))
try {
  const rows: Row[] = []
  if (WARM.some(wants)) rows.push(...(await dispatchWarm(stage, wants)))
  if (COLD.some(wants)) rows.push(...(await dispatchCold(stage, wants)))
  if (MEMORY_ROWS.some(wants)) rows.push(...(await memory(stage)))
  for (const [names, measure] of [[KEYFRAME, keyframe], [THUMBNAIL, thumbnailCold], [STORYBOARD, storyboard]] as const) {
    if (!names.some(wants)) continue
    if (await ffmpegs) rows.push(...(await measure(stage)))
    else console.error(`${names[0]} skipped: needs ffmpeg`)
  }
  if (DOCUMENTS.some(wants)) rows.push(...(await warmDocuments(stage)))
  if (PLAYLIST.some(wants)) rows.push(...(await playlist(stage)))
  if (SYNC.some(wants)) rows.push(...(await sync(stage, wants)))
  if (INDEX_MEMORY.some(wants)) rows.push(...(await indexMemory(stage)))
  if (LISTS.some(wants)) rows.push(...(await lists(stage, wants)))
  if (FIRST_FRAME.some(wants)) rows.push(...(await firstFrame(stage)))
  if (SITE_SPEED.some(wants)) rows.push(...(await siteSpeed(stage)))
  const weighed = sizes.filter(wants).map((name) => name.replace('bundle_size_', ''))
  if (weighed.length > 0) rows.push(...(await bundleSizes(stage, weighed, values.record)))
  const asked = rows.filter(({ name }) => wants(name))
  console.log(values.json ? JSON.stringify(asked, null, 2) : `\n${table(asked)}`)
  await stage.close()
  process.exit(0)
} catch (error) {
  console.error(`error: ${(error as Error).message}`)
  await stage.close()
  process.exit(1)
}

/** A name stands for its row and for the side figures that begin with it. */
function isNamed(row: string, name: string): boolean {
  return row === name || row.startsWith(`${name}_`)
}
