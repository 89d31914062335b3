import { BlockList, isIPv4 } from 'node:net'
import { hostname as systemName } from 'node:os'
import {
  alias,
  allowPlaintext,
  certificateKeyPath,
  certificatePath,
  deleteMailboxes,
  domainname,
  heloName,
  hostname,
  imapConnections,
  imapEnabled,
  loginCacheTimeout,
  messageSizeLimit,
  minimumPasswordLength,
  quotaEnabled,
  quotaWarnKilobytes,
  quotaWarnPercent,
  type Registry,
  readFamily,
  readVariable,
  recipientLimit,
  relayNetworks,
  retentionDays,
  smtpBanner,
  smtpConnections,
  smtpConnectionsPerAddress,
  submissionConnections,
} from '#config'

/** What the variables say at one moment, typed. */
export interface ServerSettings {
  /** The full name by which the server calls itself. */
  readonly hostname: string
  readonly smtpBanner: string | undefined
  /** Bytes; 0 is no limit. */
  readonly messageSizeLimit: number
  readonly recipientLimit: number
  readonly smtpConnections: number
  readonly smtpConnectionsPerAddress: number
  readonly submissionConnections: number
  readonly imap: boolean
  readonly imapConnections: number
  readonly allowPlaintext: boolean
  readonly loginCacheSeconds: number
  readonly minimumPasswordLength: number
  readonly deleteMailboxes: boolean
  readonly quotaHolds: boolean
  readonly retentionDays: number
  readonly quotaWarnPercent: number
  readonly quotaWarnKilobytes: number
  readonly certificate: { readonly certificate?: string; readonly key?: string }
  /** `mail/alias/<name>`, for a local part in lower case. */
  readonly aliases: (name: string) => string | undefined
  readonly mayRelay: (address: string) => boolean
  /** May it hold any number of connections? This machine, and whoever may relay. */
  readonly isTrusted: (address: string) => boolean
}

/** Settings as closures see them: read at each use, worked out once for each state of the registry. */
export function makeSettings(registry: () => Registry): () => ServerSettings {
  let seen: Registry | undefined
  let settings: ServerSettings | undefined
  return () => {
    const now = registry()
    if (settings === undefined || now !== seen) {
      settings = readSettings(now)
      seen = now
    }
    return settings
  }
}

export function readSettings(registry: Registry): ServerSettings {
  const mayRelay = relayCheck(readVariable(registry, relayNetworks))
  const certificate = readVariable(registry, certificatePath)
  const key = readVariable(registry, certificateKeyPath)
  const aliases = readFamily(registry, alias)
  return {
    hostname: serverName(registry),
    smtpBanner: readVariable(registry, smtpBanner),
    messageSizeLimit: readVariable(registry, messageSizeLimit),
    recipientLimit: readVariable(registry, recipientLimit),
    smtpConnections: readVariable(registry, smtpConnections),
    smtpConnectionsPerAddress: readVariable(registry, smtpConnectionsPerAddress),
    submissionConnections: readVariable(registry, submissionConnections),
    imap: readVariable(registry, imapEnabled),
    imapConnections: readVariable(registry, imapConnections),
    allowPlaintext: readVariable(registry, allowPlaintext),
    loginCacheSeconds: readVariable(registry, loginCacheTimeout),
    minimumPasswordLength: readVariable(registry, minimumPasswordLength),
    deleteMailboxes: readVariable(registry, deleteMailboxes),
    quotaHolds: readVariable(registry, quotaEnabled),
    retentionDays: readVariable(registry, retentionDays),
    quotaWarnPercent: readVariable(registry, quotaWarnPercent),
    quotaWarnKilobytes: readVariable(registry, quotaWarnKilobytes),
    certificate: { ...(certificate === undefined ? {} : { certificate }), ...(key === undefined ? {} : { key }) },
    aliases: name => aliases.get(name),
    mayRelay,
    isTrusted: address => address === '::1' || address.startsWith('127.') || mayRelay(address),
  }
}

function serverName(registry: Registry): string {
  const helo = readVariable(registry, heloName)
  if (helo !== undefined) return helo
  const name = readVariable(registry, hostname) ?? (systemName() || 'localhost')
  const domain = readVariable(registry, domainname)
  return domain === undefined || name.endsWith(`.${domain}`) ? name : `${name}.${domain}`
}

function relayCheck(networks: readonly string[]): (address: string) => boolean {
  if (networks.length === 0) return () => false
  // One list for each family: in a common one a short prefix of IPv6 takes all of IPv4 along.
  const known = { ipv4: new BlockList(), ipv6: new BlockList() }
  for (const network of networks) {
    const [written = '', prefix] = network.split('/')
    const address = unmapped(written)
    const family = isIPv4(address) ? 'ipv4' : 'ipv6'
    if (prefix === undefined) known[family].addAddress(address, family)
    else known[family].addSubnet(address, Number(prefix), family)
  }
  return peer => {
    const address = unmapped(peer)
    const family = isIPv4(address) ? 'ipv4' : 'ipv6'
    return known[family].check(address, family)
  }
}

/** RFC 4291 §2.5.5.2: an IPv4 peer at a socket of IPv6. */
const unmapped = (address: string): string => (/^::ffff:[0-9.]+$/i.test(address) ? address.slice(7) : address)
