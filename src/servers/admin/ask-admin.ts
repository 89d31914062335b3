import { connect } from 'node:net'
import { fail, ok, type Result } from '#base/result'
import type { AdminFailure } from '#mail/admin'
import { type AdminRequest, type AdminResponse, reachableName } from './protocol.ts'

const mostResponseBytes = 256 * 1024 * 1024

/** Has a running server do one operation; `undefined` when no server answers at this socket. */
export function askAdmin(path: string, request: AdminRequest): Promise<Result<unknown, AdminFailure> | undefined> {
  return new Promise((resolve, reject) => {
    let reachable: ReturnType<typeof reachableName>
    try {
      reachable = reachableName(path)
    } catch {
      return resolve(undefined)
    }
    const chunks: Uint8Array[] = []
    let size = 0
    let connected = false
    const socket = connect(reachable.name, () => {
      connected = true
      socket.write(`${JSON.stringify(request)}\n`)
    })
    socket.on('data', (chunk: Uint8Array) => {
      chunks.push(chunk)
      size += chunk.length
      if (size > mostResponseBytes) socket.destroy(new Error('the answer is too long'))
    })
    socket.on('error', (error: NodeJS.ErrnoException) => {
      reachable.done()
      if (!connected && ['ENOENT', 'ECONNREFUSED', 'ENOTDIR'].includes(error.code ?? '')) resolve(undefined)
      else if (error.code === 'EACCES' || error.code === 'EPERM') {
        resolve(fail({ kind: 'denied', words: `only the owner of ${path} may administer this server` }))
      } else reject(error)
    })
    socket.on('end', () => {
      reachable.done()
      socket.destroy()
      try {
        const response: AdminResponse = JSON.parse(Buffer.concat(chunks).toString('utf8'))
        resolve(response.ok ? ok(response.value) : fail(response.failure))
      } catch {
        resolve(fail({ kind: 'failed', words: 'the server ended before it answered' }))
      }
    })
  })
}
