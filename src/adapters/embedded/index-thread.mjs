// The first file of a writing thread. Plain JavaScript, and the compile cache before anything else: a thread that
// has to strip types by itself loads the stripper, 12 MB in each of them.
import { enableCompileCache, flushCompileCache } from 'node:module'
import { workerData } from 'node:worker_threads'

if (workerData.compileCache) enableCompileCache(workerData.compileCache)
await import('./index-worker.ts')
// Now, not at the end: whoever is killed leaves it for the next start as well.
if (workerData.compileCache) flushCompileCache()
