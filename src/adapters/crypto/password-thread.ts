import { parentPort } from 'node:worker_threads'
import { hashPassword, verifyPassword } from './phc.ts'

/** What the thread is asked; it answers in the order of asking. */
export type PasswordQuestion =
  | { readonly ask: 'hash'; readonly password: string }
  | { readonly ask: 'verify'; readonly password: string; readonly hash: string }

export type PasswordAnswer =
  | { readonly ok: true; readonly value: string | boolean }
  | { readonly ok: false; readonly reason: string }

parentPort?.on('message', (question: PasswordQuestion) => {
  parentPort?.postMessage(answer(question))
})

function answer(question: PasswordQuestion): PasswordAnswer {
  try {
    const { password } = question
    return {
      ok: true,
      value: question.ask === 'hash' ? hashPassword(password) : verifyPassword(password, question.hash),
    }
  } catch (error) {
    return { ok: false, reason: (error as NodeJS.ErrnoException).code ?? 'hashing failed' }
  }
}
