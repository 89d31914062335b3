import { roomOf } from './layers.ts'
import type { SourceFile } from './source-files.ts'

export const aimedLines = 150
export const mostLines = 300

const lines = (text: string): number => (text.endsWith('\n') ? 0 : 1) + text.split('\n').length - 1

/** A file aims at 150 lines and stops at 300. */
export function judgeSizes(files: readonly SourceFile[]): { readonly breaches: string[]; readonly large: string[] } {
  const counted = files.map(file => ({ path: file.path, lines: lines(file.text) })).sort((a, b) => b.lines - a.lines)
  return {
    breaches: counted.filter(file => file.lines > mostLines).map(file => `${file.path}: ${file.lines} lines`),
    large: counted
      .filter(file => file.lines > aimedLines && file.lines <= mostLines)
      .map(file => `${file.path}: ${file.lines} lines`),
  }
}

const longestHead = 12

/** Every room of src has a door, and the door says in at most ten lines what comes in and what goes out. */
export function judgeDoors(files: readonly SourceFile[]): string[] {
  const doors = new Map(files.filter(file => file.path.endsWith('/index.ts')).map(file => [file.path, file]))
  const places = new Set(doors.keys())
  const inside = files.filter(file => /^src\/((standards|mail|adapters|servers)\/.+|config)\//.test(file.path))
  const rooms = new Map<string, SourceFile | undefined>()
  for (const file of inside) {
    const room = `src/${roomOf(file.path, places)}/`
    rooms.set(room, doors.get(`${room}index.ts`))
  }
  return [...rooms].flatMap(([room, door]) => {
    if (!door) return [`${room}: no index.ts, no door`]
    const head = /^\/\*\*[\s\S]*?\*\//.exec(door.text)?.[0]
    if (!head) return [`${door.path}: a door opens with what comes in, what goes out, what never happens`]
    return head.split('\n').length > longestHead ? [`${door.path}: the head of a door has at most ten lines`] : []
  })
}
