import assert from 'node:assert/strict'
import { test } from 'node:test'
import { latin1 } from '#base/bytes'
import type { FetchItem } from '../fetch-item.ts'
import { parseCommand } from '../parse-command.ts'

function fetched(items: string, verb = 'FETCH'): readonly FetchItem[] | string {
  const command = parseCommand(latin1(`a ${verb} 1 ${items}`))
  if (!command.ok) return command.failure.text
  return command.value.name === 'FETCH' ? command.value.items : 'another command'
}

const section = (label: string, section: object, more: object = {}) => ({
  item: 'section',
  label,
  section: { part: [], ...section },
  peek: false,
  ...more,
})

for (const [items, expected] of [
  ['FLAGS', [{ item: 'FLAGS' }]],
  ['(flags uid)', [{ item: 'FLAGS' }, { item: 'UID' }]],
  ['(FLAGS FLAGS)', [{ item: 'FLAGS' }]],
  ['BODY', [{ item: 'BODY' }]],
  ['(BODY BODYSTRUCTURE ENVELOPE)', [{ item: 'BODY' }, { item: 'BODYSTRUCTURE' }, { item: 'ENVELOPE' }]],
  ['BODY[]', [section('BODY[]', {})]],
  ['BODY.PEEK[]', [section('BODY[]', {}, { peek: true })]],
  ['BODY[]<0.1>', [section('BODY[]<0>', {}, { partial: { from: 0, count: 1 } })]],
  [
    'BODY[]<4294967295.4294967295>',
    [section('BODY[]<4294967295>', {}, { partial: { from: 4294967295, count: 4294967295 } })],
  ],
  ['BODY[text]', [section('BODY[TEXT]', { text: 'TEXT' })]],
  ['BODY[1.2.MIME]', [section('BODY[1.2.MIME]', { part: [1, 2], text: 'MIME' })]],
  ['BODY[3.header]', [section('BODY[3.HEADER]', { part: [3], text: 'HEADER' })]],
  ['BODY[4]', [section('BODY[4]', { part: [4] })]],
  [
    'BODY.PEEK[HEADER.FIELDS (From "x\\"y" FROM {2}\r\nto)]',
    [
      section(
        'BODY[HEADER.FIELDS (FROM "X\\"Y" FROM TO)]',
        { text: 'HEADER.FIELDS', fields: ['FROM', 'X"Y', 'FROM', 'TO'] },
        { peek: true },
      ),
    ],
  ],
  [
    'BODY[1.HEADER.FIELDS.NOT (Received)]',
    [section('BODY[1.HEADER.FIELDS.NOT (RECEIVED)]', { part: [1], text: 'HEADER.FIELDS.NOT', fields: ['RECEIVED'] })],
  ],
  ['RFC822', [section('RFC822', {})]],
  ['RFC822.HEADER', [section('RFC822.HEADER', { text: 'HEADER' }, { peek: true })]],
  ['RFC822.TEXT', [section('RFC822.TEXT', { text: 'TEXT' })]],
  ['(BODY.PEEK[] BODY[])', [section('BODY[]', {})]],
  ['(BODY[] BODY.PEEK[])', [section('BODY[]', {})]],
  [
    '(BODY[]<0.5> BODY[]<5.5>)',
    [
      section('BODY[]<0>', {}, { partial: { from: 0, count: 5 } }),
      section('BODY[]<5>', {}, { partial: { from: 5, count: 5 } }),
    ],
  ],
  ['()', 'Unknown FETCH item'],
  ['(ALL)', 'Unknown FETCH item'],
  ['(FLAGS', 'Expected ")"'],
  ['BODY.PEEK', 'Unknown FETCH item'],
  ['BODY[', 'Expected "]"'],
  ['BODY[0]', 'Number too small'],
  ['BODY[1.]', 'Section cut short'],
  ['BODY[.1]', 'Unknown section'],
  ['BODY[MIME]', 'MIME needs a part'],
  ['BODY[HEADER.FIELDS ()]', 'Expected a string'],
  ['BODY[HEADER.FIELDS (a:b)]', 'Not the name of a header field'],
  ['BODY[HEADER.FIELDS ("a b")]', 'Not the name of a header field'],
  ['BODY[HEADER.FIELDS ("a{3}\r\n\r\nb")]', 'Control character in a quoted string'],
  ['BODY[HEADER.FIELDS ({3}\r\n\r\nb)]', 'Not the name of a header field'],
  ['BODY[HEADER.FIELDS ("")]', 'Not the name of a header field'],
  ['BODY[]<0.0>', 'Number too small'],
  ['BODY[]<-1.5>', 'Expected a number'],
  ['BODY[]<1>', 'Expected "."'],
  ['BODY[]<4294967296.1>', 'Number too large'],
  [`BODY[${'1.'.repeat(1_000)}1]`, 'Parts nested too deep'],
  [`(${'UID '.repeat(300)}UID)`, 'Too many items'],
] as const)
  test(`FETCH ${items.length > 60 ? `${items.slice(0, 60)}...` : items}`, () =>
    assert.deepEqual(fetched(items), expected))

test('macros', () => {
  const names = (macro: string) => (fetched(macro) as FetchItem[]).map(({ item }) => item)
  assert.deepEqual(names('fast'), ['FLAGS', 'INTERNALDATE', 'RFC822.SIZE'])
  assert.deepEqual(names('ALL'), ['FLAGS', 'INTERNALDATE', 'RFC822.SIZE', 'ENVELOPE'])
  assert.deepEqual(names('Full'), ['FLAGS', 'INTERNALDATE', 'RFC822.SIZE', 'ENVELOPE', 'BODY'])
})

test('UID FETCH tells the UID, asked for or not', () => {
  assert.deepEqual(fetched('FLAGS', 'UID FETCH'), [{ item: 'UID' }, { item: 'FLAGS' }])
  assert.deepEqual(fetched('(FLAGS UID)', 'UID FETCH'), [{ item: 'FLAGS' }, { item: 'UID' }])
})
