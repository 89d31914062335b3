import { spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { delimiter, join } from 'node:path'

/** Where a program is, or undefined. */
export const findProgram = (program: string): string | undefined =>
  [...(process.env.PATH ?? '').split(delimiter), '/usr/sbin', '/sbin']
    .map(folder => join(folder, program))
    .find(file => existsSync(file))

/**
 * The `skip` of a test that needs programs: false when all are there, else a reason that names the Debian package.
 * In CI every package of tools/debian-packages.txt is there, and such a skip is an error.
 */
export function skipWithout(needed: Readonly<Record<string, string>>): string | false {
  const missing = Object.entries(needed).find(([program]) => findProgram(program) === undefined)
  return missing ? `${missing[0]} is not installed (Debian package ${missing[1]})` : false
}

/** The same for modules of Perl, by the package that has each. */
export function skipWithoutPerl(needed: Readonly<Record<string, string>>): string | false {
  const perl = skipWithout({ perl: 'perl' })
  if (perl) return perl
  const missing = Object.entries(needed).find(([name]) => spawnSync('perl', [`-M${name}`, '-e1']).status !== 0)
  return missing ? `${missing[0]} is not installed (Debian package ${missing[1]})` : false
}
