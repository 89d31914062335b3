import type { Log } from '#base/log'
import type { User } from '#mail/directory'
import type { Route } from '#mail/route'
import { foldAddress } from '#standards/address'
import { type Peer, pass, refuse, type Verdict } from './arriving-mail.ts'

export interface JudgeNeeds {
  readonly route: Route
  /** 0: no limit. */
  readonly maxBytes: () => number
  /** Networks that may send anywhere without a login. Nobody is in it unless an administrator says so. */
  readonly mayRelay: (address: string) => boolean
  /** Can the user's mailbox take nothing more at the moment? */
  readonly isFull: (user: User) => Promise<boolean>
  readonly log: Log
}

/** MAIL: what can be said before the recipients are known. */
export function judgeSender(needs: JudgeNeeds, peer: Peer, sender: string, size: number | undefined): Verdict {
  const limit = needs.maxBytes()
  if (limit > 0 && size !== undefined && size > limit) return refuse(552, '5.3.4', 'Message too big', 'size')
  if (peer.user && sender !== '' && !ownsAddress(peer.user, sender)) {
    return refuse(553, '5.7.1', 'This sender address does not belong to your login', 'sender-ownership')
  }
  return pass
}

const ownsAddress = (
  user: { readonly primaryAddress?: string; readonly alternativeAddresses: readonly string[] },
  sender: string,
): boolean => {
  const address = foldAddress(sender)
  return address === user.primaryAddress || user.alternativeAddresses.includes(address)
}

/** For a while: whoever deletes some mail gets the letter, so it waits with its sender. RFC 3463 §3.3 X.2.2. */
export const full = refuse(452, '4.2.2', 'The mailbox is full', 'quota')

async function areAllFull({ isFull }: JudgeNeeds, users: readonly User[]): Promise<boolean> {
  for (const user of users) if (!(await isFull(user))) return false
  return true
}

/** RCPT: ours and known, or a peer that may send elsewhere. The text is the same for every unknown name. */
export async function judgeRecipient(needs: JudgeNeeds, peer: Peer, recipient: string): Promise<Verdict> {
  try {
    const destination = await needs.route(recipient)
    if (destination.to === 'mailbox') return (await areAllFull(needs, destination.users)) ? full : pass
    // An alias is the administrator's word that its mail may go there. LMTP has no queue in which it could wait.
    if (destination.to === 'elsewhere' && destination.forwarded && peer.door !== 'lmtp') return pass
    if (destination.to === 'nobody') return refuse(550, '5.1.1', 'No such user here', 'recipient-exists')
    if (peer.door === 'lmtp') return refuse(550, '5.1.2', 'No mailbox of this server', 'recipient-exists')
    if (peer.user || needs.mayRelay(peer.address)) return pass
    return refuse(554, '5.7.1', 'Relay access denied', 'relay-permission')
  } catch (error) {
    // No answer is not a no: a directory that is away must never turn mail back for good.
    needs.log('error', 'directory-unavailable', { reason: error instanceof Error ? error.message : String(error) })
    return refuse(451, '4.3.0', 'Try again later', 'directory')
  }
}
