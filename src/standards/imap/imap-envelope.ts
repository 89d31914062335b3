import {
  type AddressEntry,
  fieldText,
  type Header,
  type HeaderField,
  type MessageLimits,
  parseAddressList,
} from '#standards/message'
import { imapNstring, imapString } from './encode/imap-string.ts'

/**
 * The parenthesised value of FETCH ENVELOPE (RFC 9051 §7.5.2) as text, one character a byte. A list of addresses that
 * fields have made longer than one field may be is not made longer.
 */
export function imapEnvelope(bytes: Uint8Array, header: Header, limits: MessageLimits): string {
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
        from += addresses(from, field)
        break
      case 'sender':
        sender += addresses(sender, field)
        break
      case 'reply-to':
        replyTo += addresses(replyTo, field)
        break
      case 'to':
        to += addresses(to, field)
        break
      case 'cc':
        cc += addresses(cc, field)
        break
      case 'bcc':
        bcc += addresses(bcc, field)
        break
    }
  }
  function addresses(before: string, field: HeaderField): string {
    const text = before.length > limits.fieldBytes ? '' : fieldText(bytes, field, limits)
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
