import { openFailureWords } from './open-failure-words.ts'

/** One line about a file of the data directory that could not be read or written. */
export function fileFailureWords(directory: string, path: string, errno: string): string {
  const isFull = errno === 'ENOSPC' || errno === 'EDQUOT'
  return openFailureWords(directory, isFull ? { kind: 'full' } : { kind: 'unreadable', path, errno })
}
