import type { Result } from '#base/result'
import type { ContentRef } from './ids.ts'

/** A content that is on disk, in wire form: every line ends in CRLF (RFC 5322 §2.1), dots are not stuffed. */
export interface StoredContent {
  readonly ref: ContentRef
  readonly size: number
  /** Does any line start with a dot? If not, SMTP and POP3 can send the bytes unread. */
  readonly dotted: boolean
}

/**
 * A content on its way in. Small ones stay in memory, large ones go to a spool file; announced sizes allocate nothing.
 * Whoever began it either has it kept or discards it.
 */
export interface ContentDraft {
  /** Takes the next bytes, already in wire form. A promise when the disk needs time: wait for it before the next call. */
  write(chunk: Uint8Array): void | Promise<void>
  readonly size: number
  readonly dotted: boolean
  /** The first bytes, up to the limit given at `begin`: the header, for who has to judge it. */
  readonly head: Uint8Array
  discard(): void
}

export type ContentFailure = 'no-space' | 'store-closed'

/** Immutable contents, each stored once and named by where it lies. */
export interface ContentStore {
  begin(limits: { readonly headBytes: number }): ContentDraft
  /** Durable when it resolves. `prefix` (trace headers) goes before the draft's bytes; the draft is used up either way. */
  keep(draft: ContentDraft, prefix?: Uint8Array): Promise<Result<StoredContent, ContentFailure>>
  /** The bytes, checked against their checksum; throws `CorruptContent` when the disk gives back others. */
  read(content: StoredContent): Promise<Uint8Array>
  /** The same for many; neighbours come in one read. */
  readMany(contents: readonly StoredContent[]): Promise<readonly Uint8Array[]>
  /**
   * The bytes piece by piece, never all of them in memory. The last piece comes only when the checksum fits; else, and
   * before the first piece when it is already known, `CorruptContent` is thrown.
   */
  readPieces(content: StoredContent): AsyncIterable<Uint8Array>
  /** A part of a content that was checked as a whole, not long ago; `[from, to)` is clamped to the content. */
  readRange(content: StoredContent, from: number, to: number): Promise<Uint8Array>
}

export class CorruptContent extends Error {
  readonly content: StoredContent
  constructor(content: StoredContent, what: string) {
    super(`content ${content.ref}: ${what}`)
    this.name = 'CorruptContent'
    this.content = content
  }
}
