import { asciiLower } from '#base/bytes'
import { fail, ok, type Result } from '#base/result'
import type { UserQuota } from '#mail/directory'
import { judgeAddress, shown } from './address-rules.ts'
import type { AdminFailure } from './failure.ts'

/** What one `--set`, `--append` or `--remove` of the command line says, for each property. */
export interface PropertyChange {
  readonly set: ReadonlyMap<string, readonly string[]>
  readonly append: ReadonlyMap<string, readonly string[]>
  readonly remove: ReadonlyMap<string, readonly string[]>
}

export interface UserWishes {
  readonly username?: string
  readonly password?: string
  readonly displayName?: string
  /** `null` takes it away. */
  readonly primaryAddress?: string | null
  readonly alternativeAddresses?: readonly string[]
  readonly disabled?: boolean
  readonly quota?: UserQuota
}

export const userProperties: readonly string[] = [
  'username',
  'password',
  'displayName',
  'firstname',
  'lastname',
  'mailPrimaryAddress',
  'mailAlternativeAddress',
  'disabled',
  'mailUserQuota',
  'mailUserMessageLimit',
]

const no = (words: string): { readonly ok: false; readonly failure: AdminFailure } => fail({ kind: 'usage', words })

const truths: ReadonlyMap<string, boolean> = new Map([
  ...['1', 'yes', 'true', 'on', 'enable', 'enabled', 'all'].map(word => [word, true] as const),
  ...['0', 'no', 'false', 'off', 'disable', 'disabled', 'none', ''].map(word => [word, false] as const),
])

/** Reads what is wished, and judges each value by itself. Whether addresses are free is for later. */
export function readUserWishes(
  change: PropertyChange,
  alternativesNow: readonly string[],
  displayNameNow?: string,
  quotaNow: UserQuota = {},
): Result<{ readonly wishes: UserWishes; readonly warnings: readonly string[] }, AdminFailure> {
  for (const part of [change.set, change.append, change.remove]) {
    for (const name of part.keys()) {
      if (!userProperties.includes(name)) {
        return no(`users/user has no property '${shown(name)}'; it has ${userProperties.join(', ')}`)
      }
      if (part !== change.set && name !== 'mailAlternativeAddress') {
        return no(`${name} has one value: use --set ${name}=VALUE`)
      }
    }
  }
  const one = (name: string): string | undefined => change.set.get(name)?.at(-1)

  const primary = readPrimary(one('mailPrimaryAddress'))
  if (!primary.ok) return primary
  const alternatives = readAlternatives(change, alternativesNow)
  if (!alternatives.ok) return alternatives
  const switched = one('disabled')
  const disabled = switched === undefined ? undefined : truths.get(asciiLower(switched))
  if (switched !== undefined && disabled === undefined)
    return no(`disabled: '${shown(switched)}' is neither yes nor no`)
  const [first, last] = [one('firstname'), one('lastname')]
  if (
    displayNameNow !== undefined &&
    one('displayName') === undefined &&
    (first === undefined) !== (last === undefined)
  )
    return no('of firstname and lastname only the displayName is kept: give both, or --set displayName=NAME')
  const displayName = readDisplayName(one('displayName'), first, last)
  if (!displayName.ok) return displayName
  const quota = readQuota(one('mailUserQuota'), one('mailUserMessageLimit'), quotaNow)
  if (!quota.ok) return quota
  const username = one('username')
  const password = one('password')
  return ok({
    wishes: {
      ...(username === undefined ? {} : { username }),
      ...(password === undefined ? {} : { password }),
      ...(displayName.value === undefined ? {} : { displayName: displayName.value }),
      ...(primary.value === undefined ? {} : { primaryAddress: primary.value }),
      ...(alternatives.value.list === undefined ? {} : { alternativeAddresses: alternatives.value.list }),
      ...(disabled === undefined ? {} : { disabled }),
      ...(quota.value === undefined ? {} : { quota: quota.value }),
    },
    warnings: alternatives.value.warnings,
  })
}

const mostMegabytes = 1_000_000_000
const mostMessages = 4_000_000_000

/** A number alone is one limit, an empty text or 0 is none; what is not named stays as it is. */
function readQuota(
  megabytes: string | undefined,
  messages: string | undefined,
  now: UserQuota,
): Result<UserQuota | undefined, AdminFailure> {
  if (megabytes === undefined && messages === undefined) return ok(undefined)
  const read = (name: string, text: string | undefined, most: number, before: number | undefined) => {
    if (text === undefined) return ok(before)
    if (text === '' || text === '0') return ok(undefined)
    const number = /^[0-9]{1,12}$/.test(text) ? Number(text) : Number.NaN
    return number <= most ? ok(number) : no(`${name}: a whole number from 1 to ${most}, or 0 for no limit`)
  }
  const space = read('mailUserQuota', megabytes, mostMegabytes, now.megabytes)
  const count = read('mailUserMessageLimit', messages, mostMessages, now.messages)
  if (!space.ok) return space
  if (!count.ok) return count
  return ok({
    ...(space.value === undefined ? {} : { megabytes: space.value }),
    ...(count.value === undefined ? {} : { messages: count.value }),
  })
}

function readPrimary(text: string | undefined): Result<string | null | undefined, AdminFailure> {
  if (text === undefined) return ok(undefined)
  if (text === '') return ok(null)
  const judged = judgeAddress(text)
  return judged.ok ? judged : no(`mailPrimaryAddress: ${judged.failure}`)
}

/** The directory keeps one name for people to read; first and last name make one when it is not given. */
function readDisplayName(
  whole: string | undefined,
  first: string | undefined,
  last: string | undefined,
): Result<string | undefined, AdminFailure> {
  const name = whole ?? ([first, last].filter(part => part !== undefined && part !== '').join(' ') || undefined)
  if (name === undefined) return ok(undefined)
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what a name must not have
  return name.length <= 256 && !/[\x00-\x1f\x7f]/.test(name)
    ? ok(name)
    : no('displayName: one line of at most 256 characters')
}

const mostAlternatives = 1_000

function readAlternatives(
  change: PropertyChange,
  now: readonly string[],
): Result<{ readonly list?: readonly string[]; readonly warnings: readonly string[] }, AdminFailure> {
  const name = 'mailAlternativeAddress'
  const [set, append, remove] = [change.set.get(name), change.append.get(name), change.remove.get(name)]
  if (!set && !append && !remove) return ok({ warnings: [] })
  const warnings: string[] = []
  const addresses = new Set(set ? [] : now)
  for (const text of [...(set ?? []).filter(each => each !== ''), ...(append ?? [])]) {
    const judged = judgeAddress(text)
    if (!judged.ok) return no(`${name}: ${judged.failure}`)
    if (addresses.has(judged.value)) warnings.push(`cannot append ${judged.value} to ${name}, value exists`)
    addresses.add(judged.value)
  }
  for (const text of remove ?? []) {
    const judged = judgeAddress(text)
    const gone = addresses.delete(judged.ok ? judged.value : asciiLower(text))
    if (!gone) warnings.push(`cannot remove ${shown(text)} from ${name}, value does not exist`)
  }
  if (addresses.size > mostAlternatives) return no(`${name}: at most ${mostAlternatives} addresses`)
  return ok({ list: [...addresses], warnings })
}
