import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Page } from 'playwright-core'

/** The committed looks of pages: screenshots at half their size. */
const LOOKS = join(import.meta.dirname, 'looks')
/** Where those go that differ. */
const ODD = join(import.meta.dirname, '../../../.localnet/odd-looks')
/** Pixels of a side of the squares that are compared, in the kept size: the letters of a line blur into one. */
const SQUARE = 16
/** How far a square's mean may be off, of 255 in each colour. */
const OFF = 28
/** Squares of a hundred that may be off: fonts of another version move words a little. */
const MAY_DIFFER = 4

/**
 * Compares what a page looks like with what it looked like when its look was kept; gives what is wrong, or nothing.
 * `KEEP_LOOKS=1` keeps the looks anew: then look at them.
 */
export async function complaintOfLook(page: Page, name: string): Promise<string | undefined> {
  const shot = await page.screenshot({ animations: 'disabled', caret: 'hide', scale: 'css' })
  // A page of its own: content security policies forbid what is done here.
  const desk = await page.context().newPage()
  try {
    const path = join(LOOKS, `${name}.jpg`)
    const kept = process.env.KEEP_LOOKS ? undefined : await readFile(path)
    const { percent, half, size, keptSize } = await desk.evaluate(compare, { shot: shot.toString('base64'), kept: kept?.toString('base64'), square: SQUARE, off: OFF })
    if (!kept) {
      await mkdir(LOOKS, { recursive: true })
      await writeFile(path, Buffer.from(half, 'base64'))
      return undefined
    }
    if (size === keptSize && percent <= MAY_DIFFER) return undefined
    await mkdir(ODD, { recursive: true })
    await writeFile(join(ODD, `${name}.jpg`), Buffer.from(half, 'base64'))
    return `${name}: ${size} for ${keptSize}, ${percent.toFixed(1)} % of it differs; it is in ${ODD}`
  } finally {
    await desk.close()
  }
}

type Picture = { jpeg: string; canvas: OffscreenCanvas; context: OffscreenCanvasRenderingContext2D }

/** In the browser: the screenshot at half its size, and how many squares of a hundred are off. */
async function compare({ shot, kept, square, off }: { shot: string; kept: string | undefined; square: number; off: number }) {
  const pixels = async (type: string, data: string, shrink: number): Promise<Picture> => {
    const bitmap = await createImageBitmap(await (await fetch(`data:${type};base64,${data}`)).blob())
    const canvas = new OffscreenCanvas(Math.round(bitmap.width / shrink), Math.round(bitmap.height / shrink))
    const context = canvas.getContext('2d')!
    context.imageSmoothingQuality = 'high'
    context.drawImage(bitmap, 0, 0, canvas.width, canvas.height)
    const bytes = new Uint8Array(await (await canvas.convertToBlob({ type: 'image/jpeg', quality: 0.72 })).arrayBuffer())
    return { jpeg: btoa(Array.from(bytes, (byte) => String.fromCharCode(byte)).join('')), canvas, context }
  }
  const [one, other] = [await pixels('image/png', shot, 2), kept === undefined ? await pixels('image/png', shot, 2) : await pixels('image/jpeg', kept, 1)]
  const mean = ({ context }: Picture, x: number, y: number) => {
    const { data } = context.getImageData(x, y, square, square)
    const sums = [0, 0, 0]
    for (let at = 0; at < data.length; at += 4) for (const colour of [0, 1, 2]) sums[colour]! += data[at + colour]!
    return sums.map((sum) => (4 * sum) / data.length)
  }
  let [all, differing] = [0, 0]
  for (let y = 0; y + square <= one.canvas.height; y += square) {
    for (let x = 0; x + square <= one.canvas.width; x += square) {
      const [here, there] = [mean(one, x, y), mean(other, x, y)]
      all += 1
      if (here.some((colour, at) => Math.abs(colour - there[at]!) > off)) differing += 1
    }
  }
  const size = ({ canvas }: Picture) => `${canvas.width}x${canvas.height}`
  return { percent: (100 * differing) / all, half: one.jpeg, size: size(one), keptSize: size(other) }
}
