import { type ContentStore, CorruptContent, type StoredContent } from '#mail/store'

/** How a command ends that was to read a spoilt content. RFC 9051 §7.1. */
export const cannotBeRead = ['A message cannot be read; its bytes on disk have changed', 'CORRUPTION'] as const

/** Many contents in few reads. One spoilt content does not take its neighbours along. */
export async function readAll(
  store: ContentStore,
  contents: readonly StoredContent[],
): Promise<readonly (Uint8Array | 'corrupt')[]> {
  try {
    return await store.readMany(contents)
  } catch (error) {
    if (!(error instanceof CorruptContent)) throw error
    const read: (Uint8Array | 'corrupt')[] = []
    for (const content of contents) read.push(await store.read(content).catch(asCorrupt))
    return read
  }
}

function asCorrupt(error: unknown): 'corrupt' {
  if (error instanceof CorruptContent) return 'corrupt'
  throw error
}
