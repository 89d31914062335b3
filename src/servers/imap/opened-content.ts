import { type BodySection, sectionBytes, wholeSectionBytes } from '#standards/imap'
import { type MessageStructure, parseStructure, usualMessageLimits } from '#standards/message'

/** One message's content, divided into parts when somebody asks for one and not before. */
export class OpenedContent {
  readonly #bytes: Uint8Array
  #structure: MessageStructure | undefined

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes
  }

  /** `undefined` (NIL) when the message has no such part. RFC 3501 §6.4.5. */
  section(section: BodySection): Uint8Array | undefined {
    if (section.part.length === 0) return wholeSectionBytes(this.#bytes, section, usualMessageLimits)
    this.#structure ??= parseStructure(this.#bytes, usualMessageLimits)
    return sectionBytes(this.#bytes, this.#structure, section)
  }
}
