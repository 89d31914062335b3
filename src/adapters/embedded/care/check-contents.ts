import { closeSync, fstatSync, openSync, readSync } from 'node:fs'
import { segmentFile } from '../content-ref.ts'
import { fileHeaderLength, parseFileHeader } from '../segment-record.ts'
import type { StoreFile } from '../store-file.ts'
import type { Findings } from './finding.ts'
import { ofDecision, ofQueue, type Reference, type References } from './references.ts'
import { type Stretch, walkSegment } from './walk-segment.ts'

export interface ContentsCheck {
  readonly folder: string
  readonly store: StoreFile
  readonly references: References
  readonly deep: boolean
  readonly findings: Findings
  /** Is the reference still there? Compaction and sweeps take some away while we look. */
  readonly isStill: (reference: Reference) => boolean
  readonly nameOf: (reference: Reference) => string
  /** What is stored beside the content against its bytes. Only when looking deep. */
  readonly compare: (reference: Reference, payload: Uint8Array, dotted: boolean) => void
  readonly onBytes: (bytes: number) => void
}

/** One segment: its header, every record in it, and whatever refers into it. I16. */
export function checkSegment(check: ContentsCheck, segment: number): void {
  const { folder, store, references, findings } = check
  const path = segmentFile(folder, segment)
  const wanted = references.of(segment)
  let file: number
  try {
    file = openSync(path, 'r')
  } catch (error) {
    tellAll(check, wanted, `its segment ${segment} is missing or cannot be read (${(error as { code?: string }).code})`)
    return
  }
  try {
    const header = Buffer.alloc(fileHeaderLength)
    const read = readSync(file, header, 0, fileHeaderLength, 0)
    const said = parseFileHeader(header.subarray(0, read))
    if (!said && wanted.length === 0) return
    if (!said || said.segment !== segment) findings.lost(path, 'the header of the segment is broken')
    else if (Buffer.compare(said.storeId, store.id) !== 0) findings.lost(path, 'the segment is of another store')
    else if (said.generation > store.generation) findings.lost(path, 'the segment is newer than the indexes')
    findings.counts.segments++
    walk(check, file, wanted)
  } finally {
    closeSync(file)
  }
}

function walk(check: ContentsCheck, file: number, wanted: readonly Reference[]): void {
  const { deep, findings, onBytes } = check
  const end = fstatSync(file).size
  let next = 0
  for (const stretch of walkSegment(file, fileHeaderLength, end, deep ? 'digests' : 'headers')) {
    const here: Reference[] = []
    while (next < wanted.length && (wanted[next] as Reference).offset < stretch.to)
      here.push(wanted[next++] as Reference)
    judge(check, stretch, here)
    onBytes(stretch.to - stretch.from)
    if (stretch.header) findings.counts.records++
    findings.counts.bytes += stretch.to - stretch.from
    if (here.length > 0) continue
    if (stretch.header) {
      findings.counts.orphans++
      findings.counts.orphanBytes += stretch.to - stretch.from
    } else findings.counts.unfinishedBytes += stretch.to - stretch.from
  }
  tellAll(check, wanted.slice(next), 'its segment ends before it')
}

function judge(check: ContentsCheck, stretch: Stretch, here: readonly Reference[]): void {
  for (const reference of here) {
    if (!stretch.header) tellAll(check, [reference], 'there is no record where it should be, or it is broken')
    else if (reference.offset !== stretch.from) tellAll(check, [reference], 'no record begins where it should be')
    else if (stretch.header.kind !== reference.kind) tellAll(check, [reference], `is a ${stretch.header.kind}`)
    else if (stretch.header.length !== reference.size)
      tellAll(check, [reference], `has ${stretch.header.length} bytes, not ${reference.size}`)
    else if (stretch.wrong !== undefined) tellAll(check, [reference], stretch.wrong)
    else if (stretch.payload && reference.kind === 'content')
      check.compare(reference, stretch.payload, stretch.header.dotted)
  }
}

function tellAll({ findings, isStill, nameOf }: ContentsCheck, references: readonly Reference[], what: string): void {
  for (const reference of references)
    if (isStill(reference)) findings.lost(nameOf(reference), subjectOf(reference, what))
}

const subjectOf = ({ shard }: Reference, what: string): string =>
  `${shard === ofDecision ? 'the record of the decision' : shard === ofQueue ? 'the letter' : 'the message'} cannot be read: ${what}`
