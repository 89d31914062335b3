import assert from 'node:assert/strict'
import test from 'node:test'
import fc from 'fast-check'
import { canonicalName, parentName } from './mailbox-name.ts'

test('IM-16 the spelling of a name is settled once: again, it is itself', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary', maxLength: 60 }), text => {
      const name = canonicalName(text)
      if (name !== undefined) assert.equal(canonicalName(name), name)
    }),
  )
  assert.equal(canonicalName('inBOX/a'), 'INBOX/a')
  assert.equal(canonicalName('inboxes'), 'inboxes')
  assert.equal(canonicalName('e\u0301'), '\u00e9')
})

test('IM-16 a name of which a part does not show is none', () => {
  for (const hidden of ['\u00ad', '\u200b', '\u202e', '\u2066', '\ufeff', '\ufffc', '\uffff', '\0', '\x7f', '\x9b'])
    assert.equal(canonicalName(`a${hidden}b`), undefined, JSON.stringify(hidden))
  assert.equal(canonicalName('a\u200db'), 'a\u200db')
})

test('IM-14 a name that composing makes too long or too short to be one is judged as composed', () => {
  // U+0958 is excluded from composition: three bytes become six.
  const growing = Array(12).fill('\u0958'.repeat(27)).join('/')
  assert.equal(canonicalName(growing), undefined)
  const shrinking = Array(4).fill('e\u0301'.repeat(124)).join('/')
  assert.equal(canonicalName(shrinking), shrinking.normalize('NFC'))
})

test('a level is no longer than a file name', () => {
  assert.equal(canonicalName(`${'\u00e9'.repeat(127)}x/b`), `${'\u00e9'.repeat(127)}x/b`)
  assert.equal(canonicalName(`a/${'\u00e9'.repeat(128)}`), undefined)
})

test('the parent of a name is all but its last level', () => {
  assert.equal(parentName('a/b/c'), 'a/b')
  assert.equal(parentName('a'), undefined)
})
