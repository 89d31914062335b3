import { chmodSync, mkdirSync, rmSync } from 'node:fs'
import { createServer, type Socket } from 'node:net'
import { dirname } from 'node:path'
import type { Log } from '#base/log'
import { fail } from '#base/result'
import { type AdminRequest, type AdminResponse, mostRequestBytes, parseRequest, reachableName } from './protocol.ts'

export interface AdminServerNeeds {
  /** `DATA/run/admin.sock`. The caller holds the lock of DATA, so whatever lies there is left over. */
  readonly path: string
  readonly handle: (request: AdminRequest) => Promise<AdminResponse>
  readonly log: Log
}

export interface AdminServer {
  /** No new requests from now on; those in hand are answered first, within bounds. */
  close(): Promise<void>
}

const mostConnections = 32
const mostIdleMilliseconds = 10_000
const mostFinishingMilliseconds = 2_000

export async function serveAdmin({ path, handle, log }: AdminServerNeeds): Promise<AdminServer> {
  const open = new Set<Socket>()
  const atWork = new Set<Socket>()
  const server = createServer({ allowHalfOpen: true }, socket => {
    open.add(socket)
    socket.on('close', () => open.delete(socket))
    const tracked: AdminServerNeeds['handle'] = async request => {
      atWork.add(socket)
      try {
        return await handle(request)
      } finally {
        atWork.delete(socket)
      }
    }
    answerOne(socket, tracked, log)
  })
  server.maxConnections = mostConnections
  mkdirSync(dirname(path), { recursive: true, mode: 0o700 })
  // Nobody else can come in before the socket's own mode is set.
  chmodSync(dirname(path), 0o700)
  rmSync(path, { force: true })
  const reachable = reachableName(path)
  try {
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject)
      server.listen(reachable.name, resolve)
    })
    chmodSync(path, 0o600)
  } finally {
    reachable.done()
  }
  server.on('error', error => log('error', 'admin-socket', { reason: error.message }))
  return {
    close: () =>
      new Promise(resolve => {
        server.close(() => {
          rmSync(path, { force: true })
          resolve()
        })
        for (const socket of open) if (!atWork.has(socket)) socket.end()
        setTimeout(() => {
          for (const socket of open) socket.destroy()
        }, mostFinishingMilliseconds).unref()
      }),
  }
}

/** Reads one line, answers with one line, and ends. */
function answerOne(socket: Socket, handle: AdminServerNeeds['handle'], log: Log): void {
  const chunks: Uint8Array[] = []
  let size = 0
  let answered = false
  const answer = (response: AdminResponse): void => {
    answered = true
    socket.setTimeout(0)
    socket.end(`${JSON.stringify(response)}\n`)
  }
  const refuse = (words: string): void => answer(fail({ kind: 'usage', words }))
  socket.setTimeout(mostIdleMilliseconds, () => socket.destroy())
  socket.on('error', () => socket.destroy())
  socket.on('end', () => {
    if (!answered) socket.end()
  })
  socket.on('data', (chunk: Uint8Array) => {
    if (answered || socket.writableEnded) return
    const end = chunk.indexOf(10)
    chunks.push(end < 0 ? chunk : chunk.subarray(0, end))
    size += chunk.length
    if (size > mostRequestBytes) return refuse(`a request has at most ${mostRequestBytes} bytes`)
    if (end < 0) return
    answered = true
    socket.setTimeout(0)
    const request = parseRequest(Buffer.concat(chunks).toString('utf8'))
    if (!request) return refuse('a request is one line of JSON: {"operation": ..., "arguments": {...}}')
    handle(request).then(answer, error => {
      log('error', 'admin-operation', { operation: request.operation, reason: String(error?.message ?? 'unknown') })
      answer(fail({ kind: 'failed', words: 'the server could not do it; its log says why' }))
    })
  })
}
