import { createServer } from 'node:net'

export type PortProblem = 'EADDRINUSE' | 'EACCES' | 'EADDRNOTAVAIL' | string

/** Could this port be opened? Asked before anything is made, so that a busy port leaves nothing behind. */
export function probePort(host: string, port: number): Promise<PortProblem | undefined> {
  return new Promise(resolve => {
    const server = createServer()
    server.once('error', (error: NodeJS.ErrnoException) => resolve(error.code ?? 'unknown'))
    server.listen({ host, port, exclusive: true }, () => server.close(() => resolve(undefined)))
  })
}
