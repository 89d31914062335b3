import { getCompileCacheDir } from 'node:module'
import { Worker } from 'node:worker_threads'
import type { Log } from '#base/log'

export interface Watchdog {
  stop(): Promise<void>
}

const millisecondsBetweenBeats = 500

/**
 * A thread that says when the main one stands still, and where: nobody else could, since every answer and every line of
 * the log waits for it. One wakeup in half a second on either side.
 */
export function startWatchdog(log: Log): Watchdog {
  const beats = new Int32Array(new SharedArrayBuffer(4))
  const thread = new Worker(new URL('./watchdog-entry.mjs', import.meta.url), {
    workerData: { beats, millisecondsBetweenBeats, compileCache: getCompileCacheDir() },
    resourceLimits: { maxOldGenerationSizeMb: 16, maxYoungGenerationSizeMb: 2 },
  })
  // Without it the server lives on.
  thread.on('error', error => log('warning', 'watchdog-gone', { reason: String(error) }))
  thread.unref()
  const beat = setInterval(() => Atomics.add(beats, 0, 1), millisecondsBetweenBeats)
  beat.unref()
  return {
    async stop() {
      clearInterval(beat)
      await thread.terminate()
    },
  }
}
