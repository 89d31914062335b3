/** How much of a message is looked at. What lies beyond stays in the message, as bytes without a meaning. */
export interface MessageLimits {
  /** Bytes of one header section that are divided into fields. */
  readonly headerBytes: number
  /** Fields of one header section. */
  readonly fields: number
  /** Bytes of one field's value that are read. */
  readonly fieldBytes: number
  /** Parts within parts; a multipart or message nested deeper is a leaf. */
  readonly depth: number
  /** Parts of one message; the last one takes all the rest. */
  readonly parts: number
  /** RFC 2046 §5.1.1 allows 70; the wild is longer. */
  readonly boundaryLength: number
  /** Parameters of one field, and segments of RFC 2231 §3 joined into one. */
  readonly parameters: number
  /** Entries of one address list. */
  readonly addresses: number
  /** Message-ids of one `References` field. */
  readonly references: number
}

export const usualMessageLimits: MessageLimits = {
  headerBytes: 1_048_576,
  fields: 10_000,
  fieldBytes: 262_144,
  depth: 100,
  parts: 1_000,
  boundaryLength: 2048,
  parameters: 100,
  addresses: 10_240,
  references: 100,
}
