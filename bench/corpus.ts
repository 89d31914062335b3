import { seededRandom } from '../test/kit/random.ts'

const vocabulary = Array.from({ length: 400 }, (_, i) => {
  const random = seededRandom(9000 + i)
  return Array.from(
    { length: 2 + (i % 4) },
    () => 'bdfgklmnprst'[Math.floor(random() * 12)]! + 'aeiou'[Math.floor(random() * 5)]!,
  ).join('')
})

/**
 * Message n of the corpus, the same bytes for every server: 60 % plain of 2 KB, 25 % alternative of 6 KB,
 * 15 % with an attachment of 20 KB, in threads of five. One in a hundred says `zebrafish` and `quarterly`.
 */
export function corpusMessage(number: number): Buffer {
  const random = seededRandom(number)
  const word = (): string => vocabulary[Math.floor(random() * vocabulary.length)] ?? ''
  const text = (size: number): string => {
    let all = number % 100 === 0 ? 'zebrafish ' : ''
    for (let _line = 0; all.length < size; _line++)
      all += `${word()} ${word()} ${word()} ${word()} ${word()} ${word()} ${word()}\r\n`
    return all
  }
  const thread = number - (number % 5)
  const subject = `${number === thread ? '' : 'Re: '}${vocabulary[thread % 400]} ${vocabulary[(thread * 7) % 400]}${number % 100 < 5 ? ' quarterly' : ''} ${thread}`
  const head = [
    `From: "${word()} ${word()}" <${word()}@load.example>`,
    `To: "${word()}" <u001@peers.test>, <${word()}@load.example>`,
    `Subject: ${subject}`,
    `Date: ${new Date(Date.UTC(2026, 0, 1) + number * 61_000).toUTCString().replace('GMT', '+0000')}`,
    `Message-ID: <c.${number}@load.example>`,
    ...(number === thread
      ? []
      : [
          `In-Reply-To: <c.${number - 1}@load.example>`,
          `References: <c.${thread}@load.example> <c.${number - 1}@load.example>`,
        ]),
    'MIME-Version: 1.0',
  ].join('\r\n')
  const part = (type: string, content: string): string => `--=b\r\nContent-Type: ${type}\r\n\r\n${content}\r\n`
  const kind = number % 20
  if (kind < 12) return Buffer.from(`${head}\r\nContent-Type: text/plain; charset=utf-8\r\n\r\n${text(1500)}`)
  if (kind < 17)
    return Buffer.from(
      `${head}\r\nContent-Type: multipart/alternative; boundary="=b"\r\n\r\n${part('text/plain; charset=utf-8', text(2000))}${part('text/html; charset=utf-8', `<html><body><p>${text(3300)}</p></body></html>`)}--=b--\r\n`,
    )
  const attachment = Buffer.from(Array.from({ length: 14_000 }, () => Math.floor(random() * 256)))
    .toString('base64')
    .replace(/.{76}/g, '$&\r\n')
  return Buffer.from(
    `${head}\r\nContent-Type: multipart/mixed; boundary="=b"\r\n\r\n${part('text/plain; charset=utf-8', text(1200))}${part('application/pdf; name="a.pdf"\r\nContent-Disposition: attachment; filename="a.pdf"\r\nContent-Transfer-Encoding: base64', attachment)}--=b--\r\n`,
  )
}

/** A plain message of about this size. */
export function plainMessage(number: number, size: number): Buffer {
  const head = `From: <a@load.example>\r\nTo: <u001@peers.test>\r\nSubject: append ${number}\r\nMessage-ID: <p.${number}@load.example>\r\n\r\n`
  return Buffer.from(
    `${`${head}${`${'lorem ipsum dolor sit amet '.repeat(3)}\r\n`.repeat(Math.ceil(Math.max(1, size - head.length) / 83))}`.slice(0, size - 2)}\r\n`,
  )
}
