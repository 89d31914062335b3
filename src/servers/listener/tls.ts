import type { Socket } from 'node:net'
import { type SecureContext, TLSSocket } from 'node:tls'

/**
 * The server's side of TLS over a connected socket. One certificate for every name that a client may say: there is
 * no SNI callback, so none can throw. Versions and ciphers are the context's; renegotiation is refused.
 */
export function secure(socket: Socket, context: SecureContext, alpn: readonly string[] | undefined): TLSSocket {
  const secured = new TLSSocket(socket, {
    isServer: true,
    secureContext: context,
    ...(alpn === undefined ? {} : { ALPNProtocols: [...alpn] }),
  })
  secured.disableRenegotiation()
  return secured
}

/** Protocol and cipher suite, by their registered names. */
export const describeTls = (socket: TLSSocket): string =>
  `${socket.getProtocol() ?? 'TLS'} ${socket.getCipher()?.standardName ?? 'unknown'}`
