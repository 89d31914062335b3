/**
 * Messages: RFC 5322, MIME (RFC 2045-2049, 2183, 2231) and RFC 6532.
 * In: the bytes of a message, whole or in part, and limits. Out: fields and parts as offsets, values, decoded text.
 * Never: a throw, whatever the bytes are; time beyond their number; or a second reading elsewhere in the house:
 * the door, the filter, the index and the mailbox see one message.
 */
export { type AddressEntry, parseAddressList } from './address-list.ts'
export { decodeBase64 } from './base64.ts'
export { decodeCharset } from './charset.ts'
export {
  decodedBody,
  decodedFieldText,
  decodedHeaderValue,
  decodedText,
  decodedTextPieces,
  storedHeaderLines,
} from './content.ts'
export { type MessageDate, parseDate } from './date.ts'
export { decodeWords } from './decode-words.ts'
export {
  fieldText,
  fieldValue,
  findField,
  type Header,
  type HeaderField,
  headerLines,
  parseHeader,
} from './header.ts'
export { type MessageLimits, usualMessageLimits } from './limits.ts'
export { parseMessageIds } from './message-id.ts'
export {
  type ContentType,
  type Disposition,
  type Parameter,
  parseContentType,
  parseDisposition,
  soleToken,
} from './parameters.ts'
export { decodeQuotedPrintable } from './quoted-printable.ts'
export { joinSegments, parameterText } from './segments.ts'
export { type MessageStructure, type Part, parseStructure } from './structure.ts'
