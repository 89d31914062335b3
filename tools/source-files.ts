import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

/** A file of the project, by its path from the root with `/`. */
export type SourceFile = { readonly path: string; readonly text: string }

const roots = ['src', 'web', 'test', 'tools', 'bench']

/** Every TypeScript or JavaScript file of ours below the given folders. */
export function readSourceFiles(root: string, folders: readonly string[] = roots): SourceFile[] {
  return folders
    .flatMap(folder => list(root, folder))
    .map(path => ({ path, text: readFileSync(join(root, path), 'utf8') }))
}

function list(root: string, folder: string): string[] {
  try {
    return readdirSync(join(root, folder), { withFileTypes: true }).flatMap(entry => {
      const path = `${folder}/${entry.name}`
      if (entry.isDirectory()) return entry.name === 'node_modules' ? [] : list(root, path)
      return /\.(ts|tsx|mjs)$/.test(entry.name) ? [path] : []
    })
  } catch {
    return []
  }
}

export const isTest = (path: string): boolean =>
  path.startsWith('test/') || /\.(test|contract|bench)\.tsx?$/.test(path) || /\/testing\//.test(path)
