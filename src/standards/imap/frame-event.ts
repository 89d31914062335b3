import type { CommandFailure } from './command.ts'

/** In bytes. Memory is taken as bytes arrive, never as they are announced. */
export interface FrameLimits {
  /** All lines of one command together, without its literals. */
  readonly line: number
  /** One literal that is an argument. */
  readonly literal: number
  /** One command with all its literals, but for the messages of APPEND. */
  readonly total: number
  /** One message of APPEND. 0: APPEND is a command like any other. */
  readonly content: number
}

export const limitsBeforeLogin: FrameLimits = { line: 65_536, literal: 4_096, total: 65_536, content: 0 }
export const limitsAfterLogin: Omit<FrameLimits, 'content'> = { line: 65_536, literal: 65_536, total: 524_288 }

export type FrameEvent =
  /** Without its last CRLF; literals stand in it as they came: `{n}`, CRLF, n bytes. */
  | { readonly kind: 'command'; readonly bytes: Uint8Array }
  /** Send `+`. */
  | { readonly kind: 'continue' }
  /**
   * APPEND up to its first message, or (not `first`) what stands between two messages. The caller answers with
   * `acceptContent` or `refuseContent` before it asks for the next event.
   */
  | { readonly kind: 'append'; readonly first: boolean; readonly head: Uint8Array; readonly size: number }
  /** The next bytes of the accepted message: a view of what was fed. */
  | { readonly kind: 'content'; readonly bytes: Uint8Array }
  /** All messages of APPEND are there and the command is complete. */
  | { readonly kind: 'append-end' }
  /** What `expectLine` asked for, without its CRLF. */
  | { readonly kind: 'line'; readonly bytes: Uint8Array }
  /** The command is dropped. When fatal, so is the connection: say the failure, then BYE. */
  | { readonly kind: 'bad'; readonly failure: CommandFailure; readonly fatal: boolean }
