import { asciiLower } from '#base/bytes'
import { fail, ok } from '#base/result'
import { judgeDomainName } from '../address-rules.ts'
import { readText, readTextIfAny } from '../arguments.ts'
import { parseFilter } from '../filter.ts'
import type { Operation } from '../operation.ts'

export interface DomainRow {
  readonly dn: string
  readonly properties: { readonly name: string }
}

export const domainDn = (name: string): string => `cn=${name},cn=domain,cn=mail`

const domainRow = (name: string): DomainRow => ({ dn: domainDn(name), properties: { name } })

export const listDomains: Operation = async (needs, given) => {
  const filter = readTextIfAny(given, 'filter')
  if (!filter.ok) return filter
  const wanted = parseFilter(filter.value, { cn: 'name' }, ['name'])
  if (!wanted.ok) return wanted
  const domains = await needs.directory.listDomains()
  return ok(domains.map(({ name }) => domainRow(name)).filter(row => wanted.value(row.properties)))
}

export const createDomain: Operation = async (needs, given) => {
  const text = readText(given, 'name')
  if (!text.ok) return text
  const name = judgeDomainName(text.value)
  if (!name.ok) return fail({ kind: 'usage', words: `name: ${name.failure}` })
  const created = await needs.directory.createDomain({ name: name.value })
  if (created.ok) {
    needs.log('info', 'domain-created', { domain: name.value })
    return ok(domainRow(name.value))
  }
  if (created.failure === 'domain-exists')
    return fail({ kind: 'conflict', words: `Object exists: ${domainDn(name.value)}` })
  return fail({ kind: 'failed', words: `the directory refused: ${created.failure}` })
}

export const removeDomain: Operation = async (needs, given) => {
  const text = readText(given, 'name')
  if (!text.ok) return text
  const judged = judgeDomainName(text.value)
  const name = judged.ok ? judged.value : asciiLower(text.value)
  const removed = await needs.directory.removeDomain(name)
  if (removed.ok) {
    needs.log('info', 'domain-removed', { domain: name.slice(0, 253) })
    return ok({ dn: domainDn(name) })
  }
  if (removed.failure === 'no-such-domain')
    return fail({ kind: 'not-found', words: `No such object: ${domainDn(name)}` })
  if (removed.failure === 'domain-in-use') {
    return fail({ kind: 'conflict', words: `${name} is still used: take its addresses from all users first` })
  }
  return fail({ kind: 'failed', words: `the directory refused: ${removed.failure}` })
}
