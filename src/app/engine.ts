import type { Directory } from '#mail/directory'
import type { MailQueue } from '#mail/queue'
import type { ContentStore, MailStore } from '#mail/store'

/** Everything that stands behind the store's ports: one engine, opened together and closed together. */
export interface Engine {
  readonly contents: ContentStore
  readonly queue: MailQueue
  readonly directory: Directory
  readonly store: MailStore
  close(): Promise<void>
}
