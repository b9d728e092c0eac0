import assert from 'node:assert/strict'
import { test } from 'node:test'
import { cpuOf } from '../ffmpeg.ts'

test("ffmpeg's own account of its CPU is user and system time", () => {
  assert.equal(cpuOf('frame=    1 fps=0.0\nbench: utime=0.410s stime=0.015s rtime=0.982s\nbench: maxrss=51200kB\n'), 425)
  assert.throws(() => cpuOf('Output file is empty\n'), /doesn't say what it took: Output file is empty/)
})
