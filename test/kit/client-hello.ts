/** What a client offers in the first record of a handshake; everything else about it is beyond reproach. */
export interface HelloOffer {
  /** Cipher suites by number. */
  readonly suites: readonly number[]
  /** SNI, byte by byte: no TLS library would say some of these. */
  readonly name?: string
}

const word = (value: number): Buffer => Buffer.from([value >> 8, value & 255])
const sized = (bytes: Buffer): Buffer => Buffer.concat([word(bytes.length), bytes])
const extension = (type: number, body: Buffer): Buffer => Buffer.concat([word(type), sized(body)])

/** A ClientHello of TLS 1.2, RFC 5246 §7.4.1.2, as the record that carries it. */
export function clientHello({ suites, name }: HelloOffer): Buffer {
  const extensions = [
    // Groups: P-256, X25519. Points: uncompressed. Signatures: ECDSA and RSA with SHA-256.
    extension(10, sized(Buffer.concat([word(23), word(29)]))),
    extension(11, Buffer.from([1, 0])),
    extension(13, sized(Buffer.concat([word(0x0403), word(0x0804), word(0x0401)]))),
  ]
  if (name !== undefined) {
    const host = Buffer.concat([Buffer.from([0]), sized(Buffer.from(name, 'latin1'))])
    extensions.push(extension(0, sized(host)))
  }
  const body = Buffer.concat([
    word(0x0303),
    Buffer.alloc(32, 7),
    Buffer.from([0]),
    sized(Buffer.concat(suites.map(word))),
    Buffer.from([1, 0]),
    sized(Buffer.concat(extensions)),
  ])
  const handshake = Buffer.concat([Buffer.from([1, 0]), sized(body)])
  return Buffer.concat([Buffer.from([22, 3, 1]), sized(handshake)])
}

/** The first byte of a server's answer. */
export const handshakeRecord = 22
export const alertRecord = 21
