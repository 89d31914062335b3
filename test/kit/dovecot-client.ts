import { chownSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { ImapAccount } from './read-by-imaplib.ts'
import { outputOf } from './run-program.ts'

/** As Dovecot prints them: the fields of the lists, without the outer parentheses. */
export interface DovecotStructures {
  readonly envelope: string
  readonly bodystructure: string
}

/** Dovecot's tools serve no user with the number 0: started by root, the tool becomes `nobody`. */
const nobody = 65_534

/**
 * A mailbox through Dovecot's own IMAP client (a storage of its, for proxies): `told` has what our server answers to
 * BODYSTRUCTURE, as Dovecot has understood it; `computed` has what Dovecot makes of the same messages itself.
 */
export async function dovecotStructures(
  from: ImapAccount & { readonly mailbox: string },
): Promise<Readonly<Record<'told' | 'computed', readonly DovecotStructures[]>>> {
  const home = mkdtempSync(join(tmpdir(), 'hauspost-dovecot-'))
  try {
    const isRoot = process.getuid?.() === 0
    const [uid, gid] = isRoot ? [nobody, nobody] : [process.getuid?.() ?? nobody, process.getgid?.() ?? nobody]
    if (isRoot) chownSync(home, nobody, nobody)
    const settings = join(home, 'dovecot.conf')
    writeFileSync(settings, makeSettings(home, from, uid, gid), { mode: 0o644 })
    const fetch = async (folder: string, features: string): Promise<readonly DovecotStructures[]> => {
      const words = ['-c', settings, '-o', `imapc_features=${features}`, '-o', `mail_location=imapc:${home}/${folder}`]
      const wanted = ['-f', 'json', 'fetch', 'imap.envelope imap.bodystructure', 'mailbox', from.mailbox]
      const said = await outputOf('doveadm', [...words, ...wanted], { env: { HOME: home, USER: 'nobody' } })
      const rows = JSON.parse(Buffer.from(said, 'latin1').toString('utf8')) as readonly Record<string, string>[]
      return rows.map(row => ({
        envelope: row['imap.envelope'] ?? '',
        bodystructure: row['imap.bodystructure'] ?? '',
      }))
    }
    return {
      told: await fetch('told', 'rfc822.size fetch-headers fetch-bodystructure'),
      computed: await fetch('computed', ''),
    }
  } finally {
    rmSync(home, { recursive: true, force: true })
  }
}

const makeSettings = (home: string, { host, port, user, password }: ImapAccount, uid: number, gid: number): string => `
base_dir = ${home}/base
log_path = /dev/stderr
mail_uid = ${uid}
mail_gid = ${gid}
first_valid_gid = 0
ssl = no
imapc_host = ${host}
imapc_port = ${port}
imapc_user = ${user}
imapc_password = ${password}
namespace inbox {
  inbox = yes
  separator = /
}
`
