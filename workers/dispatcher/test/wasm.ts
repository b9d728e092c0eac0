/** WebAssembly modules, written out byte by byte: the well-formed and the ones that no loader may get. */

const HEADER = [0x00, 0x61, 0x73, 0x6d, 0x01, 0x00, 0x00, 0x00]
/** One type: no parameters, and the given results. */
const type = (...results: number[]) => section(1, [1, 0x60, 0, results.length, ...results])
const ONE_FUNCTION = section(3, [1, 0])
const I32 = 0x7f
const END = 0x0b

/** `(module (func (export "answer") (result i32) i32.const 42))` */
export const ANSWER = module(type(I32), ONE_FUNCTION, section(7, [1, ...name('answer'), 0, 0]), section(10, [1, 4, 0, 0x41, 42, END]))

/** `(module (func) (start 0))` */
export const STARTS = module(type(), ONE_FUNCTION, section(8, [0]), section(10, [1, 2, 0, END]))

/** `(module (memory PAGES))`, of 64 KiB each. */
export const remembers = (pages: number) => module(section(5, [1, 0, ...leb128(pages)]))

/** `(module (import MODULE FIELD (func)))` */
export const imports = (from: string, field: string) => module(type(), section(2, [1, ...name(from), ...name(field), 0, 0]))

function module(...sections: number[][]): Uint8Array {
  return Uint8Array.from([...HEADER, ...sections.flat()])
}

function section(id: number, content: number[]): number[] {
  return [id, ...leb128(content.length), ...content]
}

function name(text: string): number[] {
  return [...leb128(text.length), ...Buffer.from(text)]
}

function leb128(value: number): number[] {
  return value < 0x80 ? [value] : [(value & 0x7f) | 0x80, ...leb128(value >>> 7)]
}
