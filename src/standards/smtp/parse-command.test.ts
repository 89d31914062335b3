import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { latin1, utf8 } from '#base/bytes'
import { type Command, parseCommand, replies } from './index.ts'

const mail = (sender: string, more: Partial<Extract<Command, { verb: 'MAIL' }>> = {}): Command => ({
  verb: 'MAIL',
  sender,
  size: undefined,
  eightBit: false,
  smtpUtf8: false,
  needsUtf8: false,
  ...more,
})
const rcpt = (recipient: string, needsUtf8 = false): Command => ({ verb: 'RCPT', recipient, needsUtf8 })
const bad = (reply: string): string => reply
/** A name of so many octets, in labels of at most sixty. */
const domainOf = (length: number): string => `${`${'d'.repeat(60)}.`.repeat(10).slice(0, length - 2)}.d`

const table: readonly (readonly [string, Command | string])[] = [
  ['EHLO a.example', { verb: 'EHLO', name: 'a.example' }],
  ['ehlo [192.0.2.1]', { verb: 'EHLO', name: '[192.0.2.1]' }],
  ['HeLo  x ', { verb: 'HELO', name: 'x' }],
  ['LHLO x', { verb: 'LHLO', name: 'x' }],
  [`HELO ${'x'.repeat(256)}`, bad(replies.badArguments)],
  ['MAIL FROM:<>', mail('')],
  ['mail from:<a@b.example>', mail('a@b.example')],
  [
    'MAIL FROM: <a@B.Example>  BODY=8bitmime SMTPUTF8 SIZE=12',
    mail('a@b.example', { size: 12, eightBit: true, smtpUtf8: true }),
  ],
  ['MAIL FROM:<"a b"@c.example> BODY=7BIT', mail('"a b"@c.example')],
  ['MAIL FROM:<"ab"@c.example>', mail('ab@c.example')],
  ['MAIL FROM:<ü@c.example> SMTPUTF8', mail('ü@c.example', { smtpUtf8: true, needsUtf8: true })],
  ['MAIL FROM:<a@b.example> AUTH=<>', mail('a@b.example')],
  ['MAIL FROM:<a@b.example> SMTPUTF8=1', bad(replies.badParameter)],
  ['MAIL FROM:<a@b.example> SIZE', bad(replies.badParameter)],
  ['MAIL FROM:<a@b.example> SIZE=1234567890123456789012', bad(replies.badParameter)],
  ['MAIL FROM:<a@b.example> FROB=1', bad(replies.unknownParameter)],
  [`MAIL FROM:<a@b.example>${' SIZE=1'.repeat(17)}`, bad(replies.badArguments)],
  ['MAIL FROM <a@b.example>', bad(replies.badSender)],
  ['MAIL', bad(replies.badSender)],
  ['MAIL TO:<a@b.example>', bad(replies.badSender)],
  ['RCPT TO:<a@b.example>', rcpt('a@b.example')],
  ['RCPT TO:<@r.example:a@b.example>', rcpt('a@b.example')],
  ['RCPT TO:<POSTMASTER>', rcpt('postmaster')],
  ['RCPT TO:<ü@b.example>', rcpt('ü@b.example', true)],
  ['RCPT TO:<a@bücher.example>', rcpt('a@bücher.example', true)],
  [`RCPT TO:<${'v'.repeat(128)}@b.example>`, rcpt(`${'v'.repeat(128)}@b.example`)],
  [`RCPT TO:<${'v'.repeat(310)}@b.example>`, rcpt(`${'v'.repeat(310)}@b.example`)],
  [`RCPT TO:<${'v'.repeat(311)}@b.example>`, bad(replies.badRecipient)],
  [`MAIL FROM:<${'v'.repeat(128)}@b.example>`, mail(`${'v'.repeat(128)}@b.example`)],
  [`MAIL FROM:<${'v'.repeat(310)}@b.example>`, mail(`${'v'.repeat(310)}@b.example`)],
  [`MAIL FROM:<${'v'.repeat(311)}@b.example>`, bad(replies.badSender)],
  [`MAIL FROM:<${'v'.repeat(128)}@${domainOf(191)}>`, mail(`${'v'.repeat(128)}@${domainOf(191)}`)],
  [`MAIL FROM:<${'v'.repeat(128)}@${domainOf(192)}>`, bad(replies.badSender)],
  ['RCPT TO:<a@b.example>\u3000', bad(replies.badRecipient)],
  ['DATA', { verb: 'DATA' }],
  ['data ', { verb: 'DATA' }],
  ['DATA x', bad(replies.noArguments)],
  ['RSET', { verb: 'RSET' }],
  ['NOOP anything at all', { verb: 'NOOP' }],
  ['HELP me', { verb: 'HELP' }],
  ['QUIT', { verb: 'QUIT' }],
  ['VRFY', bad(replies.badArguments)],
  ['VRFY <x>', { verb: 'VRFY' }],
  ['EXPN list', { verb: 'EXPN' }],
  ['STARTTLS', { verb: 'STARTTLS' }],
  ['BDAT 10', { verb: 'BDAT', size: 10, last: false }],
  ['BDAT 0  LAST', { verb: 'BDAT', size: 0, last: true }],
  ['BDAT 10 FIRST', bad(replies.badChunk)],
  ['BDAT', bad(replies.badChunk)],
  ['AUTH plain', { verb: 'AUTH', mechanism: 'PLAIN', initial: undefined }],
  ['AUTH PLAIN =', { verb: 'AUTH', mechanism: 'PLAIN', initial: '=' }],
  ['AUTH PLAIN a b', bad(replies.badArguments)],
  ['GET / HTTP/1.1', { verb: 'alien' }],
  ['CONNECT x:25 HTTP/1.1', { verb: 'alien' }],
  ['', bad(replies.unknown)],
  [' NOOP', bad(replies.unknown)],
  ['TURN', bad(replies.unknown)],
  ['NOOP\t', bad(replies.syntax)],
  ['NOOP\0', bad(replies.syntax)],
  ['RCPT TO:<a@b.example>\nRCPT TO:<c@b.example>', bad(replies.syntax)],
]

test('one line, one command', () => {
  for (const [line, expected] of table) {
    const command = parseCommand(utf8(line))
    if (typeof expected === 'string')
      assert.equal(command.verb === 'bad' ? command.reply : command.verb, expected, line)
    else assert.deepEqual(command, expected, line)
  }
})

test('SM-23 no line gives an address with a control character in it', () => {
  const part = fc.constantFrom(
    'MAIL FROM:<',
    'RCPT TO:<',
    '"',
    '\\',
    '@',
    'a',
    '.',
    '>',
    '\r',
    '\n',
    '\0',
    '\x85',
    'Ċ',
    '\u2028',
    ' ',
    'SMTPUTF8',
  )
  fc.assert(
    fc.property(fc.array(part, { maxLength: 14 }), parts => {
      const command = parseCommand(utf8(parts.join('')))
      const address = command.verb === 'MAIL' ? command.sender : command.verb === 'RCPT' ? command.recipient : ''
      // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
      assert.doesNotMatch(address, /[\0-\x1f\x7f-\x9f]/)
    }),
    { numRuns: 3_000 },
  )
})

test('any bytes are a command of some kind, quickly', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 64 }), bytes => {
      assert.ok(parseCommand(bytes).verb)
    }),
  )
  const begun = performance.now()
  for (const piece of ['<', '"\\', '@a,', ' ', 'a.', '\xff']) parseCommand(latin1(`RCPT TO:<${piece.repeat(2_000)}`))
  assert.ok(performance.now() - begun < 200)
})
