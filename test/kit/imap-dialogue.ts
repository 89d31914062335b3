import { connect as connectTcp, type Socket } from 'node:net'
import { connect as connectTls } from 'node:tls'

/** One answer to one command. Responses are latin1 texts without their last CRLF; literals stand in them as sent. */
export interface ImapAnswer {
  readonly status: string
  /** Behind the status: response code and words. */
  readonly text: string
  readonly untagged: readonly string[]
}

export interface ImapDialogue {
  readonly greeting: string
  /** Sends one line with the next tag and reads up to its tagged answer. */
  command(line: string): Promise<ImapAnswer>
  /** A command with literals: texts are sent as they are, bytes as a literal behind the server's `+`. */
  withLiterals(...parts: readonly (string | Uint8Array)[]): Promise<ImapAnswer>
  send(text: string | Uint8Array): void
  /** The next response, or `undefined` at the end of the connection. */
  next(): Promise<string | undefined>
  /** Everything up to the end of the connection. */
  rest(): Promise<readonly string[]>
  startTls(): Promise<void>
  readonly socket: Socket
  close(): void
}

export interface ImapTarget {
  readonly port: number
  readonly host?: string
  readonly tls?: boolean
}

/** A client that is strict where clients may be: bare LF, a torn literal or a wrong tag is an error. */
export async function connectImap({ port, host = '127.0.0.1', tls = false }: ImapTarget): Promise<ImapDialogue> {
  let socket: Socket = tls
    ? connectTls({ port, host, rejectUnauthorized: false })
    : connectTcp({ port, host, noDelay: true })
  let pending: Buffer = Buffer.alloc(0)
  let ended = false
  let wake: (() => void) | undefined
  let tags = 0

  const follow = (next: Socket): void => {
    socket = next
    next.on('data', (chunk: Buffer) => {
      pending = pending.length === 0 ? chunk : Buffer.concat([pending, chunk])
      wake?.()
    })
    const over = (): void => {
      ended = true
      wake?.()
    }
    next.on('close', over)
    next.on('end', over)
    next.on('error', over)
  }
  follow(socket)

  const news = (): Promise<void> =>
    new Promise(resolve => {
      wake = () => {
        wake = undefined
        resolve()
      }
    })

  async function next(): Promise<string | undefined> {
    for (;;) {
      const end = responseEnd(pending)
      if (end >= 0) {
        const response = pending.toString('latin1', 0, end - 2)
        pending = pending.subarray(end)
        return response
      }
      if (ended) {
        if (pending.length > 0) throw new Error(`torn response: ${pending.toString('latin1').slice(0, 200)}`)
        return undefined
      }
      await news()
    }
  }

  async function answer(tag: string): Promise<ImapAnswer> {
    const untagged: string[] = []
    for (;;) {
      const response = await next()
      if (response === undefined) throw new Error(`connection ended before ${tag}; heard ${untagged.join(' | ')}`)
      if (response.startsWith('* ') || response.startsWith('+')) untagged.push(response)
      else {
        if (!response.startsWith(`${tag} `)) throw new Error(`answer to nothing: ${response}`)
        const rest = response.slice(tag.length + 1)
        const cut = rest.indexOf(' ')
        return { status: rest.slice(0, cut < 0 ? undefined : cut), text: cut < 0 ? '' : rest.slice(cut + 1), untagged }
      }
    }
  }

  const greeting = (await next()) ?? ''
  return {
    greeting,
    get socket() {
      return socket
    },
    command(line) {
      const tag = `c${++tags}`
      socket.write(`${tag} ${line}\r\n`, 'latin1')
      return answer(tag)
    },
    async withLiterals(...parts) {
      const tag = `c${++tags}`
      let line = `${tag} `
      const untagged: string[] = []
      for (const part of parts) {
        if (typeof part === 'string') {
          line += part
          continue
        }
        socket.write(`${line}{${part.length}}\r\n`, 'latin1')
        line = ''
        for (;;) {
          const response = await next()
          if (response === undefined) throw new Error('connection ended before the literal')
          if (response.startsWith('+')) break
          if (response.startsWith(`${tag} `)) {
            const [, status = '', text = ''] = /^\S+ (\S+) ?(.*)$/s.exec(response) ?? []
            return { status, text, untagged }
          }
          untagged.push(response)
        }
        socket.write(part)
      }
      socket.write(`${line}\r\n`, 'latin1')
      const last = await answer(tag)
      return { ...last, untagged: [...untagged, ...last.untagged] }
    },
    send: text => void (typeof text === 'string' ? socket.write(text, 'latin1') : socket.write(text)),
    next,
    async rest() {
      const all: string[] = []
      for (let response = await next(); response !== undefined; response = await next()) all.push(response)
      return all
    },
    async startTls() {
      socket.removeAllListeners()
      const secured = connectTls({ socket, rejectUnauthorized: false })
      await new Promise<void>((resolve, reject) => {
        secured.once('secureConnect', resolve)
        secured.once('error', reject)
      })
      follow(secured)
    },
    close: () => socket.destroy(),
  }
}

/** Where the first whole response ends, literals included; -1 when more must come. */
function responseEnd(bytes: Buffer): number {
  let from = 0
  for (;;) {
    const end = bytes.indexOf(10, from)
    if (end < 0) return -1
    if (bytes[end - 1] !== 13) throw new Error(`bare LF in ${bytes.toString('latin1', 0, end)}`)
    const literal = /\{(\d+)\}\r$/.exec(bytes.toString('latin1', Math.max(from, end - 14), end))
    if (!literal) return end + 1
    from = end + 1 + Number(literal[1])
    if (from > bytes.length) return -1
  }
}
