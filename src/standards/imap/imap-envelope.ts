import { latin1 } from '#base/bytes'
import { type AddressEntry, fieldText, type Header, type MessageStructure, parseAddressList } from '#standards/message'

/** The parenthesised value of FETCH ENVELOPE. RFC 9051 §7.5.2. */
export const encodeImapEnvelope = (bytes: Uint8Array, structure: MessageStructure): Uint8Array =>
  latin1(envelopeText(bytes, (structure.parts[0] as { header: Header }).header, structure))

/** The same as text, one character a byte, for whoever builds a larger response of it. */
export function envelopeText(bytes: Uint8Array, header: Header, { limits }: MessageStructure): string {
  let date = 'NIL',
    subject = 'NIL',
    inReplyTo = 'NIL',
    messageId = 'NIL'
  let from = '',
    sender = '',
    replyTo = '',
    to = '',
    cc = '',
    bcc = ''
  for (const field of header.fields) {
    switch (field.name) {
      case 'date':
        date = imapString(fieldText(bytes, field, limits))
        break
      case 'subject':
        subject = imapString(fieldText(bytes, field, limits))
        break
      case 'in-reply-to':
        inReplyTo = imapString(fieldText(bytes, field, limits))
        break
      case 'message-id':
        messageId = imapString(fieldText(bytes, field, limits))
        break
      case 'from':
        from += addresses(fieldText(bytes, field, limits))
        break
      case 'sender':
        sender += addresses(fieldText(bytes, field, limits))
        break
      case 'reply-to':
        replyTo += addresses(fieldText(bytes, field, limits))
        break
      case 'to':
        to += addresses(fieldText(bytes, field, limits))
        break
      case 'cc':
        cc += addresses(fieldText(bytes, field, limits))
        break
      case 'bcc':
        bcc += addresses(fieldText(bytes, field, limits))
        break
    }
  }
  function addresses(text: string): string {
    return text === '' ? '' : parseAddressList(text, limits).map(addressText).join('')
  }
  const list = (text: string): string => (text === '' ? 'NIL' : `(${text})`)
  return `(${date} ${subject} ${list(from)} ${list(sender || from)} ${list(replyTo || from)} ${list(to)} ${list(cc)} ${list(bcc)} ${inReplyTo} ${messageId})`
}

/** A group is told by its host NIL, its end by a local part NIL beside it. A mailbox without either has them empty. */
function addressText(entry: AddressEntry): string {
  if (entry.kind === 'group-end') return '(NIL NIL NIL NIL)'
  if (entry.kind === 'group') return `(NIL NIL ${imapString(entry.name)} NIL)`
  return `(${imapNstring(entry.name)} ${imapNstring(entry.route)} ${imapString(entry.local)} ${imapString(entry.domain)})`
}

export const imapNstring = (text: string | undefined): string => (text === undefined ? 'NIL' : imapString(text))

/** Longer ones go as literals: some clients read quoted strings into small buffers. */
const longestQuoted = 1024

/**
 * A string of RFC 9051 §4.3, one character a byte: quoted where it can be, else a literal, whose length speaks for
 * itself, so that nothing in it can end it. NUL is in neither, and is left out.
 */
export function imapString(text: string): string {
  let escapes = false
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i)
    if (code === 34 || code === 92) escapes = true
    else if ((code < 32 && code !== 9) || code > 126) return literal(text)
  }
  if (text.length > longestQuoted) return literal(text)
  return escapes ? `"${text.replace(/["\\]/g, '\\$&')}"` : `"${text}"`
}

function literal(text: string): string {
  const whole = text.includes('\0') ? text.replaceAll('\0', '') : text
  return `{${whole.length}}\r\n${whole}`
}
