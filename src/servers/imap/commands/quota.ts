import type { Quota } from '#mail/store'
import type { QuotaCommand, QuotaRootCommand, SetQuotaCommand } from '#standards/imap'
import { type Answer, type Answers, completed, refused } from '../answers.ts'
import type { LoggedIn } from '../session.ts'
import { imapWords } from '../words.ts'

/** All mailboxes of an account share one root, which bears INBOX's name. RFC 9208 §3.2. */
const root = 'INBOX'

/** GETQUOTA, RFC 9208 §4.1.1. */
export async function* handleGetQuota(command: QuotaCommand, session: LoggedIn): Answers {
  if (command.root !== root) return yield refused(command.tag, 'No such quota root', 'NONEXISTENT')
  yield quotaResponse(await heldQuota(session))
  yield completed(command.tag, 'GETQUOTA completed')
}

/** GETQUOTAROOT, RFC 9208 §4.1.2. */
export async function* handleGetQuotaRoot({ tag, mailbox }: QuotaRootCommand, session: LoggedIn): Answers {
  const found = await session.account.findMailbox(mailbox)
  if (!found) return yield refused(tag, imapWords['no-such-mailbox'].text, 'NONEXISTENT')
  yield { kind: 'quotaroot', mailbox: found.name, roots: [root] }
  yield quotaResponse(await heldQuota(session))
  yield completed(tag, 'GETQUOTAROOT completed')
}

/** SETQUOTA, RFC 9208 §4.1.3: how much somebody may have is not theirs to say. */
export async function* handleSetQuota({ tag }: SetQuotaCommand): Answers {
  yield refused(tag, 'Quotas are set by the administrator', 'NOPERM')
}

/** The account's quota as it holds now: without limits while quotas are switched off. */
export async function heldQuota({ account, needs }: LoggedIn): Promise<Quota> {
  const quota = await account.quota()
  return needs.settings().quotaHolds ? quota : { ...quota, limits: { bytes: null, messages: null } }
}

/** RFC 9208 §5.1: STORAGE is in units of 1024 octets. */
const unit = 1024

function quotaResponse({ used, limits }: Quota): Answer {
  const storage =
    limits.bytes === null
      ? []
      : [{ name: 'STORAGE', used: Math.ceil(used.bytes / unit), limit: Math.floor(limits.bytes / unit) } as const]
  const messages =
    limits.messages === null ? [] : [{ name: 'MESSAGE', used: used.messages, limit: limits.messages } as const]
  return { kind: 'quota', root, resources: [...storage, ...messages] }
}

/** What is told whoever selects a mailbox while space is short; nothing while it is not. RFC 3501 §7.1 ALERT. */
export async function quotaAlert(session: LoggedIn): Promise<Answer | undefined> {
  const { used, limits } = await heldQuota(session)
  if (limits.bytes === null) return undefined
  const { quotaWarnPercent, quotaWarnBytes } = session.needs.settings()
  const percent = limits.bytes === 0 ? 100 : Math.floor((used.bytes / limits.bytes) * 100)
  const free = limits.bytes - used.bytes
  if (percent < quotaWarnPercent && (quotaWarnBytes === 0 || free > quotaWarnBytes)) return undefined
  const text = free <= 0 ? 'Your mailbox is full' : `Your mailbox is ${percent} percent full`
  return { kind: 'status', status: 'NO', code: 'ALERT', text }
}
