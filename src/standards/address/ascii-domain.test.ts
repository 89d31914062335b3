import assert from 'node:assert/strict'
import { test } from 'node:test'
import { domainToASCII } from 'node:url'
import fc from 'fast-check'
import { asciiDomain } from './index.ts'

test('U-labels become A-labels, and what is ASCII stays', () => {
  for (const [domain, ascii] of [
    ['Example.ORG', 'example.org'],
    ['münchen.example', 'xn--mnchen-3ya.example'],
    ['MÜNCHEN.example', 'xn--mnchen-3ya.example'],
    ['mu\u0308nchen.example', 'xn--mnchen-3ya.example'],
    ['straße.example', 'xn--strae-oqa.example'],
    ['例え.テスト', 'xn--r8jz45g.xn--zckzah'],
    ['他们为什么不说中文.example', 'xn--ihqwcrb4cv8a8dqg056pqjye.example'],
    ['пример.испытание', 'xn--e1afmkfd.xn--80akhbyknj4f'],
    ['😀.example', 'xn--e28h.example'],
    ['', ''],
    [`${'ü'.repeat(64)}.example`, undefined],
  ] as const) {
    assert.equal(asciiDomain(domain), ascii, domain)
  }
})

test('SM-23 whatever comes in, ASCII comes out, as the platform has it', () => {
  const letter = fc.constantFrom(...'aábcdeéöüßñçøžłшщж語字かなαβ0123')
  const label = fc.string({ unit: letter, minLength: 1, maxLength: 20 })
  fc.assert(
    fc.property(fc.array(label, { minLength: 1, maxLength: 3 }), labels => {
      const domain = `${labels.join('.')}.example`
      const ascii = domainToASCII(domain)
      if (ascii !== '') assert.equal(asciiDomain(domain), ascii)
    }),
  )
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), text => {
      const ascii = asciiDomain(text)
      // biome-ignore lint/suspicious/noControlCharactersInRegex: ASCII is meant as a whole
      if (ascii !== undefined) assert.match(ascii, /^[\x00-\x7f]*$/)
    }),
  )
})
