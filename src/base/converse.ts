/**
 * Holds a conversation with a pure generator: it asks, the host answers, until it returns.
 * The limit keeps a generator that never stops asking from hiding as slowness.
 */
export async function converse<Question, Answer, Outcome>(
  conversation: Generator<Question, Outcome, Answer>,
  answer: (question: Question) => Promise<Answer> | Answer,
  limit: number,
): Promise<Outcome> {
  let turn = conversation.next()
  for (let asked = 0; !turn.done; asked++) {
    if (asked >= limit) throw new Error(`a conversation asked more than ${limit} questions`)
    turn = conversation.next(await answer(turn.value))
  }
  return turn.value
}
