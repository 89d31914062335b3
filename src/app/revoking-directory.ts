import type { Directory } from '#mail/directory'
import type { Revocations } from '#mail/login'

/** The directory, with whose logins hold no more behind each change. A change that leaves the credentials alone ends nothing. */
export function revokingDirectory(directory: Directory, revocations: Revocations): Directory {
  return {
    ...directory,
    async modifyUser(username, change) {
      const modified = await directory.modifyUser(username, change)
      if (modified.ok) revocations.revoke(modified.value.account, modified.value.credentialVersion)
      return modified
    },
    async removeUser(username) {
      const removed = await directory.removeUser(username)
      // Who comes back has the next version, and may log in.
      if (removed.ok) revocations.revoke(removed.value.account, removed.value.credentialVersion + 1)
      return removed
    },
  }
}
