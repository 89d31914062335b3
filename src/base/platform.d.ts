/**
 * The few names of the platform that a pure floor may say. Everything else (timers, files, sockets, the process)
 * does not exist under tsconfig.pure.json, so purity is checked by the compiler.
 */
declare class TextEncoder {
  encode(text?: string): Uint8Array<ArrayBuffer>
}
declare class TextDecoder {
  constructor(label?: string, options?: { fatal?: boolean; ignoreBOM?: boolean })
  readonly encoding: string
  decode(bytes?: Uint8Array, options?: { stream?: boolean }): string
}
interface AbortSignal {
  readonly aborted: boolean
  readonly reason: unknown
  addEventListener(type: 'abort', listener: () => void, options?: { once?: boolean }): void
  removeEventListener(type: 'abort', listener: () => void): void
}

/** Only base/bytes.ts says this name: the one toolbox over bytes that uses native speed. */
declare class Buffer extends Uint8Array {
  static from(text: string, encoding: 'latin1' | 'utf8' | 'base64'): Buffer
  static from(bytes: ArrayBufferLike, offset: number, length: number): Buffer
  static allocUnsafe(size: number): Buffer
  static concat(parts: readonly Uint8Array[], size?: number): Buffer
  static byteLength(text: string, encoding?: 'latin1' | 'utf8'): number
  indexOf(what: number | Uint8Array, from?: number): number
  lastIndexOf(what: number | Uint8Array, from?: number): number
  toString(encoding?: 'latin1' | 'utf8' | 'base64', from?: number, to?: number): string
  equals(other: Uint8Array): boolean
  compare(other: Uint8Array): number
  copy(target: Uint8Array, at?: number, from?: number, to?: number): number
  write(text: string, at: number, encoding: 'latin1' | 'utf8'): number
}
