import { utf8, utf8Length } from '#base/bytes'
import type { Instant } from '#base/clock'
import type { Envelope } from '#mail/queue'
import type { Peer } from './arriving-mail.ts'

const days = ['Sun', 'Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat'] as const
const months = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'] as const
const two = (n: number): string => (n < 10 ? `0${n}` : String(n))

let lastSecond = -1
let lastDate = ''

/** RFC 5322 §3.3, in UTC. Made once a second: a busy second stamps thousands of letters. */
export function traceDate(at: Instant): string {
  const second = Math.floor(at / 1000)
  if (second === lastSecond) return lastDate
  const date = new Date(second * 1000)
  lastSecond = second
  lastDate =
    `${days[date.getUTCDay()]}, ${date.getUTCDate()} ${months[date.getUTCMonth()]} ${date.getUTCFullYear()} ` +
    `${two(date.getUTCHours())}:${two(date.getUTCMinutes())}:${two(date.getUTCSeconds())} +0000`
  return lastDate
}

/** The `with` of a Received line: RFC 3848 §1, RFC 6531 §4.3. */
export function withProtocol(peer: Peer, smtpUtf8: boolean): string {
  const base = peer.door === 'lmtp' ? 'LMTP' : smtpUtf8 ? 'SMTP' : peer.esmtp ? 'ESMTP' : 'SMTP'
  return `${smtpUtf8 ? 'UTF8' : ''}${base}${peer.tls === undefined ? '' : 'S'}${peer.user === undefined ? '' : 'A'}`
}

/** What a stranger calls himself, made fit for one line of a header: atoms and dots (RFC 5322 §3.2.3), or a literal. */
const harmless = (name: string): string =>
  /^\[[0-9A-Za-z.:]*\]$/.test(name) ? name : name.replace(/[^\w!#$%&'*+\-/=?^`{|}~.]/g, '?').slice(0, 255)

const addressLiteral = (address: string): string => (address.includes(':') ? `[IPv6:${address}]` : `[${address}]`)

/**
 * The lines put before a letter: Return-Path (RFC 5321 §4.4, for the final delivery only) and Received.
 * LMTP has no entry that could be named. `local` tells how many bytes of it stay at home when the letter travels on.
 */
export function traceLines(
  peer: Peer,
  envelope: Envelope,
  hostname: string,
  id: string | undefined,
  at: Instant,
): { readonly bytes: Uint8Array; readonly local: number } {
  const returnPath = `Return-Path: <${envelope.sender}>\r\n`
  const only = envelope.recipients.length === 1 ? envelope.recipients[0] : undefined
  const tls = peer.tls === undefined ? '' : `\r\n\t(${peer.tls})`
  const received =
    `Received: from ${harmless(peer.helo) || 'unknown'} (${addressLiteral(peer.address)})${tls}\r\n` +
    `\tby ${hostname} (Hauspost) with ${withProtocol(peer, envelope.smtpUtf8)}${id === undefined ? '' : ` id ${id}`}` +
    `${only === undefined ? '' : `\r\n\tfor <${only}>`}; ${traceDate(at)}\r\n`
  return { bytes: utf8(returnPath + received), local: utf8Length(returnPath) }
}
