import type { Instant } from '#base/clock'
import type { User } from '#mail/directory'

/**
 * Logins that were verified a moment ago, so that a slow hash is paid once. Holds no secret: the digest is keyed with
 * a key that dies with the program. A change of password or state raises the user's version and so ends the entry.
 */
export interface CredentialCache {
  knows(user: User, secretDigest: string, now: Instant): boolean
  remember(user: User, secretDigest: string, now: Instant): void
}

const rememberedUsers = 100_000
/** Telephones, laptops and old app passwords: a user has few secrets at once. */
const secretsPerUser = 4

/** The lifetime is asked for at each look: a shorter one ends what is older at once. */
export function makeCredentialCache(lifetimeSeconds: () => number): CredentialCache {
  const known = new Map<number, { version: number; secrets: { digest: string; at: number }[] }>()
  return {
    knows(user, secretDigest, now) {
      const entry = known.get(user.account)
      return (
        entry?.version === user.credentialVersion &&
        entry.secrets.some(({ digest, at }) => digest === secretDigest && now < at + lifetimeSeconds() * 1000)
      )
    },
    remember(user, secretDigest, now) {
      const old = known.get(user.account)
      const kept = old?.version === user.credentialVersion ? old.secrets : []
      const secrets = kept.filter(secret => secret.digest !== secretDigest).slice(1 - secretsPerUser)
      secrets.push({ digest: secretDigest, at: now })
      known.delete(user.account)
      known.set(user.account, { version: user.credentialVersion, secrets })
      if (known.size > rememberedUsers) known.delete(known.keys().next().value as number)
    },
  }
}
