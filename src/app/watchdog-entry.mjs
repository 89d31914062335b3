// The first file of the watchdog's thread: the compile cache before anything else, as in the hashing thread.
import { enableCompileCache, flushCompileCache } from 'node:module'
import { workerData } from 'node:worker_threads'

if (workerData.compileCache) enableCompileCache(workerData.compileCache)
await import('./watchdog-thread.ts')
if (workerData.compileCache) flushCompileCache()
