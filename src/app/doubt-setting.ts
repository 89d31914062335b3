import { accessSync, constants } from 'node:fs'
import { alias, findVariable, partOf } from '#config'
import type { Directory } from '#mail/directory'
import { makeRoute } from '#mail/route'

export interface DoubtNeeds {
  readonly directory: Directory
  readonly aliasOf: (localPart: string) => string | undefined
}

/** What may be set but will hardly do what is wanted, in words; nothing when all looks well. */
export type DoubtSetting = (key: string, value: string) => Promise<string | undefined>

export function makeDoubts({ directory, aliasOf }: DoubtNeeds): DoubtSetting {
  return async (key, value) => {
    if (findVariable(key)?.kind.name === 'path') return doubtFile(value)
    const name = partOf(alias, key)?.toLowerCase()
    if (name === undefined) return undefined
    const route = makeRoute({ directory, aliasOf: asked => (asked === name ? value : aliasOf(asked)) })
    const domains = await directory.listDomains()
    // A name without a domain may be known in one of them only.
    for (const asked of [name, ...domains.map(domain => `${name}@${domain.name}`)])
      if ((await route(asked)).to !== 'nobody') return undefined
    return `mail to ${name} is refused as long as nobody here has the name or address ${value}`
  }
}

function doubtFile(path: string): string | undefined {
  try {
    accessSync(path, constants.R_OK)
    return undefined
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    return code === 'ENOENT' ? `there is no file ${path}` : `${path} cannot be read (${code})`
  }
}
