import { storedHeaders } from '#mail/store'
import { choosesFields, type FetchItem, lowerNames, type SectionItem } from '#standards/imap'

/** A section, and whether the header lines beside the index can answer it. */
export interface PlannedSection extends SectionItem {
  /** Lower-case names when they are all stored. */
  readonly stored: ReadonlySet<string> | undefined
}

export type PlannedItem = Exclude<FetchItem, SectionItem> | PlannedSection

/** What has to be read to answer a FETCH. Flags and UIDs are in the view; nothing is read for them. */
export interface FetchPlan {
  readonly items: readonly PlannedItem[]
  readonly wire: boolean
  readonly facts: boolean
  readonly contents: boolean
  readonly storedSections: boolean
  /** Whole contents and nothing else of them: large ones can be streamed. */
  readonly wholeOnly: boolean
  readonly setsSeen: boolean
  /** How many sections look at each field of a header. */
  readonly choices: number
}

const kept: ReadonlySet<string> = new Set(storedHeaders)

export function planFetch(asked: readonly FetchItem[]): FetchPlan {
  const items = asked.map(
    (item): PlannedItem => (item.item === 'section' ? { ...item, stored: storedNames(item) } : item),
  )
  const sections = items.filter(item => item.item === 'section')
  const inContents = sections.filter(section => !section.stored)
  const has = (...names: readonly FetchItem['item'][]): boolean => asked.some(({ item }) => names.includes(item))
  const storedSections = sections.length > inContents.length
  const wire = storedSections || has('ENVELOPE', 'BODY', 'BODYSTRUCTURE')
  const contents = inContents.length > 0
  return {
    items,
    wire,
    contents,
    facts: contents || (!wire && has('RFC822.SIZE', 'INTERNALDATE')),
    storedSections,
    wholeOnly: inContents.every(({ section }) => section.part.length === 0 && section.text === undefined),
    setsSeen: sections.some(section => !section.peek),
    choices: sections.filter(({ section }) => choosesFields(section)).length,
  }
}

function storedNames({ section }: SectionItem): ReadonlySet<string> | undefined {
  if (section.part.length > 0 || section.text !== 'HEADER.FIELDS') return undefined
  const names = lowerNames(section)
  return [...names].every(name => kept.has(name)) ? names : undefined
}
