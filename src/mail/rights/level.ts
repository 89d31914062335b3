import { parseRights, type Rights } from './rights.ts'

/** Rights by name, as shared folders are given them in the administration. */
export type Level = 'none' | 'read' | 'post' | 'append' | 'write' | 'all'

const letters: Readonly<Record<Level, string>> = {
  none: '',
  read: 'lrs',
  post: 'lrsp',
  append: 'lrsip',
  write: 'lrswipcd',
  all: 'lrswipcda',
}

export const levels = Object.keys(letters) as readonly Level[]

export const rightsOfLevel = (level: Level): Rights => parseRights(letters[level]) as Rights

/** The name of exactly these rights, when they have one. */
export const levelOf = (rights: Rights): Level | undefined => levels.find(level => rightsOfLevel(level) === rights)
