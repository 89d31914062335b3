import { Session } from 'node:inspector'
import { workerData } from 'node:worker_threads'
import { makeLog } from './log.ts'

const { beats, millisecondsBetweenBeats } = workerData as {
  readonly beats: Int32Array
  readonly millisecondsBetweenBeats: number
}
/** Our own ticks are counted, not the clock: a machine that slept is not told of, for it slept here as well. */
const ticksUntilTold = 4
/** A thread that is inside a call of the kernel hears no debugger. */
const patience = 1_000
const mostFrames = 12

const log = makeLog('info')
let seen = -1
let still = 0

setInterval(() => {
  const now = Atomics.load(beats, 0)
  if (now !== seen) {
    if (still >= ticksUntilTold) log('warning', 'event-loop-goes-on', { stood: still * millisecondsBetweenBeats })
    seen = now
    still = 0
  } else if (++still === ticksUntilTold) tell()
}, millisecondsBetweenBeats)

/** Asks the main thread where it is, in the middle of whatever it does. */
function tell(): void {
  const session = new Session()
  const files = new Map<string, string>()
  const end = (where: string): void => {
    clearTimeout(late)
    session.disconnect()
    log('error', 'event-loop-stalled', { stood: ticksUntilTold * millisecondsBetweenBeats, where })
  }
  const late = setTimeout(() => end('in a call that cannot be interrupted'), patience)
  session.on('Debugger.scriptParsed', ({ params }) => files.set(params.scriptId, params.url))
  session.once('Debugger.paused', ({ params }) => {
    const frames = params.callFrames.slice(0, mostFrames)
    end(
      frames
        .map(
          ({ functionName, location }) =>
            `${functionName || '(anonymous)'} ${files.get(location.scriptId)}:${location.lineNumber + 1}`,
        )
        .join(' < '),
    )
  })
  session.connectToMainThread()
  session.post('Debugger.enable')
  session.post('Debugger.pause')
}
