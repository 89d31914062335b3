import type { Database } from './database.ts'

const kept = 30 * 24 * 3600 * 1000
const every = 60_000
const stepsInARow = 4

/** Takes old decisions away, some at a time. True when there is more to do now. */
export function makeDecisionPurge(database: Database, atOnce = 5_000): (now: number) => boolean {
  const some = `SELECT id, at FROM decision WHERE id > @after ORDER BY id LIMIT ${atOnce}`
  const look = database.prepare<[{ after: number; old: number; now: number }]>(
    `SELECT max(id) AS last, count(*) AS many, total(at BETWEEN @old AND @now) AS young FROM (${some})`,
  )
  const drop = database.prepare(`DELETE FROM decision WHERE at < @old AND id IN (SELECT id FROM (${some}))`)
  let after = 0
  let ended = Number.NEGATIVE_INFINITY

  /** Rows stand in the order of their time, but for a clock that was wrong: one from the future stops nothing. */
  const step = (now: number): boolean => {
    const old = now - kept
    const { last, many, young } = look.get({ after, old, now }) as { last: number | null; many: number; young: number }
    drop.run({ after, old })
    after = last ?? 0
    return many === atOnce && young === 0
  }

  return now => {
    if (now - ended < every && now >= ended) return false
    for (let i = 0; i < stepsInARow; i++) {
      if (step(now)) continue
      after = 0
      ended = now
      return false
    }
    return true
  }
}
