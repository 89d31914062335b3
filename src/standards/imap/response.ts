import type { StatusItem } from './command.ts'

/** Response codes without arguments, as far as they are said. RFC 3501 §7.1, RFC 5530, RFC 9051 §7.1, RFC 9208 §4.3.1. */
export type PlainCode =
  | 'ALERT'
  | 'ALREADYEXISTS'
  | 'AUTHENTICATIONFAILED'
  | 'AUTHORIZATIONFAILED'
  | 'CANNOT'
  | 'CLOSED'
  | 'CORRUPTION'
  | 'EXPUNGEISSUED'
  | 'HASCHILDREN'
  | 'LIMIT'
  | 'NONEXISTENT'
  | 'NOPERM'
  | 'OVERQUOTA'
  | 'PRIVACYREQUIRED'
  | 'READ-ONLY'
  | 'READ-WRITE'
  | 'SERVERBUG'
  | 'TOOBIG'
  | 'TRYCREATE'
  | 'UNAVAILABLE'
  | 'USEATTR'

export type ResponseCode =
  | PlainCode
  | { readonly code: 'UIDNEXT' | 'UIDVALIDITY' | 'UNSEEN'; readonly number: number }
  | { readonly code: 'PERMANENTFLAGS'; readonly flags: readonly string[] }
  | { readonly code: 'CAPABILITY'; readonly capabilities: readonly string[] }
  | { readonly code: 'BADCHARSET'; readonly charsets: readonly string[] }
  /** RFC 4315 §3. UIDs rise in APPENDUID; in COPYUID they stand pairwise. */
  | { readonly code: 'APPENDUID'; readonly uidValidity: number; readonly uids: Uint32Array }
  | {
      readonly code: 'COPYUID'
      readonly uidValidity: number
      readonly from: Uint32Array
      readonly to: Uint32Array
    }

export interface StatusResponse {
  readonly kind: 'status'
  /** Absent: untagged. */
  readonly tag?: string
  readonly status: 'OK' | 'NO' | 'BAD' | 'BYE'
  readonly code?: ResponseCode
  readonly text: string
}

export interface ListResponse {
  readonly kind: 'list'
  readonly as: 'LIST' | 'LSUB'
  /** With their backslash: `\HasChildren`, `\Sent`. */
  readonly attributes: readonly string[]
  readonly delimiter: string | undefined
  /** Decoded; the encoder writes modified UTF-7. */
  readonly mailbox: string
  /** The selection that a child meets, RFC 5258 §3.5. */
  readonly childInfo?: readonly string[]
}

/** RFC 9208 §5: STORAGE in units of 1024 octets. */
export interface QuotaResource {
  readonly name: 'STORAGE' | 'MESSAGE'
  readonly used: number
  readonly limit: number
}

export interface Namespace {
  readonly prefix: string
  readonly delimiter: string | undefined
}

/**
 * Answers that are built one by one. FETCH has its own writer, `FetchWriter`, because it is built by the thousand.
 */
export type ImapResponse =
  | StatusResponse
  | ListResponse
  /** `+ text`; the text of a SASL challenge is base64 already. */
  | { readonly kind: 'continue'; readonly text: string }
  | { readonly kind: 'capability' | 'enabled'; readonly capabilities: readonly string[] }
  | {
      readonly kind: 'mailbox-status'
      readonly mailbox: string
      readonly items: readonly { readonly item: StatusItem; readonly number: number }[]
    }
  | { readonly kind: 'search'; readonly numbers: Uint32Array | readonly number[] }
  | { readonly kind: 'flags'; readonly flags: readonly string[] }
  | { readonly kind: 'exists' | 'recent' | 'expunge'; readonly number: number }
  /** RFC 2342 §5; `undefined` is NIL. */
  | {
      readonly kind: 'namespace'
      readonly personal?: readonly Namespace[]
      readonly others?: readonly Namespace[]
      readonly shared?: readonly Namespace[]
    }
  /** RFC 9208 §4.2. */
  | { readonly kind: 'quota'; readonly root: string; readonly resources: readonly QuotaResource[] }
  | { readonly kind: 'quotaroot'; readonly mailbox: string; readonly roots: readonly string[] }
  | { readonly kind: 'id'; readonly fields: Readonly<Record<string, string>> }
