import assert from 'node:assert/strict'
import { test } from 'node:test'
import { markedWasm } from '../bundle-code.ts'

/** What is used of WebAssembly, which is no part of Node's own types. */
interface Wasm {
  Module: { new (bytes: Uint8Array): object; customSections(module: object, name: string): ArrayBuffer[] }
  Instance: new (module: object) => { exports: { answer: { value: number } } }
}

test('a marked module is the same module in other bytes', () => {
  const { Module, Instance } = (globalThis as unknown as { WebAssembly: Wasm }).WebAssembly
  // Exports a global `answer` of 42.
  const wasm = Buffer.from('0061736d010000000606017f00412a0b070a0106616e737765720300', 'hex')
  const seventh = new Module(markedWasm(wasm, 'turn-7'))
  assert.equal(new Instance(seventh).exports.answer.value, 42)
  assert.equal(Module.customSections(seventh, 'turn-7').length, 1)
  assert.equal(Module.customSections(new Module(markedWasm(wasm, 'turn-8')), 'turn-7').length, 0)
})
