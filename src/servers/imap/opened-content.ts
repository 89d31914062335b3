import { type BodySection, sectionRuns, wholeSectionRuns } from '#standards/imap'
import { type Header, type MessageStructure, parseHeader, parseStructure, usualMessageLimits } from '#standards/message'

/** What the parser makes of a field and of a part, in bytes: for who counts what is held. */
const fieldCost = 100
const partCost = 500

/** One message's content, divided into fields and parts when somebody asks for one and not before, and once. */
export class OpenedContent {
  readonly bytes: Uint8Array
  #header: Header | undefined
  #structure: MessageStructure | undefined

  constructor(bytes: Uint8Array) {
    this.bytes = bytes
  }

  /** How much memory it takes, about. */
  get held(): number {
    const fields = this.#structure
      ? this.#structure.parts.reduce((sum, { header }) => sum + header.fields.length, 0)
      : (this.#header?.fields.length ?? 0)
    return this.bytes.length + fieldCost * fields + partCost * (this.#structure?.parts.length ?? 0)
  }

  /** In views of the content. `undefined` (NIL) when the message has no such part. RFC 3501 §6.4.5. */
  section(section: BodySection): readonly Uint8Array[] | undefined {
    if (section.part.length > 0) {
      this.#structure ??= parseStructure(this.bytes, usualMessageLimits)
      return sectionRuns(this.bytes, this.#structure, section)
    }
    if (section.text === undefined) return [this.bytes]
    this.#header ??= this.#structure?.parts[0]?.header ?? parseHeader(this.bytes, 0, usualMessageLimits)
    return wholeSectionRuns(this.bytes, this.#header, section)
  }
}
