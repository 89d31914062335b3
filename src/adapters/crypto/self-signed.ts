import { generateKeyPairSync, randomBytes, sign } from 'node:crypto'
import { isIP } from 'node:net'

export interface SelfSigned {
  readonly certificate: string
  readonly key: string
}

/** DER, as far as one small certificate needs it. X.690 §8. */
const der = (tag: number, ...contents: readonly Uint8Array[]): Uint8Array => {
  const body = Buffer.concat(contents)
  const length =
    body.length < 128
      ? [body.length]
      : body.length < 256
        ? [0x81, body.length]
        : [0x82, body.length >> 8, body.length & 255]
  return Buffer.concat([Buffer.from([tag, ...length]), body])
}
const sequence = (...contents: readonly Uint8Array[]): Uint8Array => der(0x30, ...contents)
const octets = (contents: Uint8Array): Uint8Array => der(0x04, contents)
const bits = (contents: Uint8Array, unused = 0): Uint8Array => der(0x03, Uint8Array.of(unused), contents)
const bytes = (hex: string): Uint8Array => Buffer.from(hex, 'hex')
const oid = (hex: string): Uint8Array => der(0x06, bytes(hex))
const truth = der(0x01, Uint8Array.of(0xff))

const ecdsaWithSha256 = sequence(oid('2a8648ce3d040302'))
const nameAttribute = oid('550403')
const basicConstraints = oid('551d13')
const keyUsage = oid('551d0f')
const extendedKeyUsage = oid('551d25')
const subjectAltName = oid('551d11')
const serverAuth = oid('2b06010505070301')

/** RFC 5280 §4.1.2.5.2: years from 2050 on are written with four digits. */
function time(at: Date): Uint8Array {
  const digits = `${at.toISOString().replace(/[-:T]/g, '').slice(0, 14)}Z`
  return at.getUTCFullYear() < 2050 ? der(0x17, Buffer.from(digits.slice(2))) : der(0x18, Buffer.from(digits))
}

const nameOf = (commonName: string): Uint8Array =>
  sequence(der(0x31, sequence(nameAttribute, der(0x0c, Buffer.from(commonName.slice(0, 64))))))

function ipBytes(address: string): Uint8Array {
  if (isIP(address) === 4) return Uint8Array.from(address.split('.'), Number)
  const [head = '', tail = ''] = address.split('::')
  const groups = (text: string): string[] => (text === '' ? [] : text.split(':'))
  const gap = 8 - groups(head).length - groups(tail).length
  const all = [...groups(head), ...Array.from({ length: gap }, () => '0'), ...groups(tail)]
  return bytes(all.map(group => group.padStart(4, '0')).join(''))
}

const alternativeName = (name: string): Uint8Array =>
  isIP(name) ? der(0x87, ipBytes(name)) : der(0x82, Buffer.from(name))

const yearsValid = 10

/** A certificate that vouches for itself: ECDSA P-256, for one server name and this machine's own names. RFC 5280. */
export function makeSelfSigned(names: readonly string[], now: Date): SelfSigned {
  const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  const serial = randomBytes(16)
  // Positive and never zero in front: RFC 5280 §4.1.2.2, X.690 §8.3.2.
  serial[0] = ((serial[0] as number) & 0x3f) | 0x40
  const from = new Date(now.getTime() - 3_600_000)
  const until = new Date(now)
  until.setUTCFullYear(until.getUTCFullYear() + yearsValid)
  const subject = nameOf(names[0] ?? 'localhost')
  const extensions = der(
    0xa3,
    sequence(
      sequence(basicConstraints, truth, octets(sequence())),
      sequence(keyUsage, truth, octets(bits(Uint8Array.of(0x80), 7))),
      sequence(extendedKeyUsage, octets(sequence(serverAuth))),
      sequence(subjectAltName, octets(sequence(...names.map(alternativeName)))),
    ),
  )
  const body = sequence(
    der(0xa0, der(0x02, Uint8Array.of(2))),
    der(0x02, serial),
    ecdsaWithSha256,
    subject,
    sequence(time(from), time(until)),
    subject,
    publicKey.export({ type: 'spki', format: 'der' }),
    extensions,
  )
  const signed = sequence(body, ecdsaWithSha256, bits(sign('sha256', body, privateKey)))
  const lines =
    Buffer.from(signed)
      .toString('base64')
      .match(/.{1,64}/g) ?? []
  return {
    certificate: `-----BEGIN CERTIFICATE-----\n${lines.join('\n')}\n-----END CERTIFICATE-----\n`,
    key: privateKey.export({ type: 'pkcs8', format: 'pem' }) as string,
  }
}
