import { isTest, type SourceFile } from './source-files.ts'

/** Words that say nothing, docs/house.md §7; `process` only where it is a verb, at the front. */
const refused = ['manager', 'managers', 'helper', 'helpers', 'util', 'utils', 'utility', 'common', 'data', 'info']

/** SMTP's own word for the content, RFC 5321 §4.1.1.4: its rooms may say it. */
const rfcRooms = /\/(smtp|lmtp|smtp-transport|lmtp-transport)\//

const kebab = /^[a-z0-9]+(-[a-z0-9]+)*$/
const exported =
  /^export (?:declare )?(?:abstract )?(?:async )?(?:const|let|function\*?|class|type|interface)\s+([A-Za-z0-9_$]+)/gm

const wordsOf = (name: string): string[] =>
  name
    .replace(/([a-z0-9])([A-Z])/g, '$1-$2')
    .replace(/([A-Z])([A-Z][a-z])/g, '$1-$2')
    .toLowerCase()
    .split(/[-_.]/)

function judgeWords(name: string, path: string): string | undefined {
  const words = wordsOf(name)
  if (words[0] === 'process' && words.length > 1) return `'${name}': to process is no verb here`
  const word = words.find(one => refused.includes(one) && !(one === 'data' && rfcRooms.test(path)))
  return word ? `'${name}': the word '${word}' says nothing` : undefined
}

/** Does one of the exports carry the file's words? `parse-date.ts` exports `parseDate`. */
const carries = (stem: string, name: string): boolean => {
  const words = wordsOf(name)
  return stem.split('-').every(part => words.some(word => word.startsWith(part) || part.startsWith(word)))
}

/** Every name that breaks the house's rules, as `file: what`. */
export function judgeNames(files: readonly SourceFile[]): string[] {
  return files.flatMap(({ path, text }) => {
    const breaches: (string | undefined)[] = []
    const file = path.slice(path.lastIndexOf('/') + 1)
    const stem = file.replace(/(\.(test|contract|bench|d))?\.(ts|tsx|mjs)$/, '')
    if (!kebab.test(stem)) breaches.push(`'${file}': file names are kebab-case`)
    for (const part of path.split('/').slice(1, -1))
      if (!kebab.test(part)) breaches.push(`'${part}': folder names are kebab-case`)
    const folders = path.slice(0, -file.length).split('/').filter(Boolean)
    breaches.push(...[...folders, stem].map(part => judgeWords(part, path)))
    const names = [...text.matchAll(exported)].map(match => match[1] ?? '')
    breaches.push(...names.map(name => judgeWords(name, path)))
    const only = new Set(names)
    const isMain = path.startsWith('src/') && stem !== 'index' && !isTest(path)
    if (isMain && only.size === 1 && !carries(stem, names[0] ?? ''))
      breaches.push(`exports only '${names[0]}': the file is named after it`)
    return breaches.filter(breach => breach !== undefined).map(breach => `${path}: ${breach}`)
  })
}
