// The first file of the hashing thread. Plain JavaScript, and the compile cache before anything else: a thread that
// has to strip types by itself loads the stripper, 12 MB.
import { enableCompileCache, flushCompileCache } from 'node:module'
import { workerData } from 'node:worker_threads'

if (workerData.compileCache) enableCompileCache(workerData.compileCache)
await import('./password-thread.ts')
// Now, not at the end: whoever is killed leaves it for the next start as well.
if (workerData.compileCache) flushCompileCache()
