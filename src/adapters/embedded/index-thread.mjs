// The first file of a writing thread. Plain JavaScript, and the compile cache before anything else: a thread that
// has to strip types by itself loads the stripper, 12 MB in each of them.
import { enableCompileCache } from 'node:module'
import { workerData } from 'node:worker_threads'

if (workerData.compileCache) enableCompileCache(workerData.compileCache)
await import('./index-worker.ts')
