import type { Named } from '#base/named'

/** Whose mail it is. Given once, never reused: a name or an address may change hands, an account may not. */
export type AccountId = Named<number, 'AccountId'>
export type MailboxId = Named<number, 'MailboxId'>
/** RFC 9051 §2.3.1.1: strictly rising within a mailbox, never reused under one UIDVALIDITY. */
export type Uid = Named<number, 'Uid'>
export type UidValidity = Named<number, 'UidValidity'>
/** RFC 7162 §3.1: one counter an account, a safe integer; every write takes one. */
export type Modseq = Named<number, 'Modseq'>
/** The message itself, under whichever UIDs and mailboxes of its account. Rises with arrival; JMAP's and EMAILID's root. */
export type MessageOrdinal = Named<number, 'MessageOrdinal'>
/** Where a content lies. Only the engine that wrote it can read it. */
export type ContentRef = Named<string, 'ContentRef'>

/** Accounts from here on are nobody's: trees of shared folders. The directory gives users the numbers below. */
export const firstSharedAccount = 2 ** 30

export const accountId = (n: number): AccountId => n as AccountId
export const mailboxId = (n: number): MailboxId => n as MailboxId
export const uid = (n: number): Uid => n as Uid
export const uidValidity = (n: number): UidValidity => n as UidValidity
export const modseq = (n: number): Modseq => {
  if (!Number.isSafeInteger(n)) throw new Error(`modseq ${n} is not a safe integer`)
  return n as Modseq
}
export const messageOrdinal = (n: number): MessageOrdinal => n as MessageOrdinal
