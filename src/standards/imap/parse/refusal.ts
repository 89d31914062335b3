import type { CommandFailure } from '../command.ts'

/** Thrown inside the parser only, and caught at its door. No Error: nobody needs its stack. */
export class Refusal {
  readonly text: string
  readonly status: CommandFailure['status']
  readonly code: CommandFailure['code']

  constructor(text: string, status: CommandFailure['status'] = 'BAD', code?: CommandFailure['code']) {
    this.text = text
    this.status = status
    this.code = code
  }
}
