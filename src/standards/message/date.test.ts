import assert from 'node:assert/strict'
import { test } from 'node:test'
import { cpuTime } from '../../../test/kit/cpu-time.ts'
import { parseDate } from './index.ts'

const iso = (text: string): string | undefined => {
  const date = parseDate(text)
  return date && new Date(date.at).toISOString().slice(0, 19)
}

test('dates of RFC 5322 §3.3, its obsolete forms, and those of the wild', () => {
  const table: readonly (readonly [string, string | undefined])[] = [
    ['Fri, 21 Nov 1997 09:55:06 -0600', '1997-11-21T15:55:06'],
    ['21 Nov 1997 09:55 -0600', '1997-11-21T15:55:00'],
    ['Thu,\r\n 13\r\n Feb\r\n 1969\r\n 23:32\r\n -0330 (Newfoundland Time)', '1969-02-14T03:02:00'],
    ['Fri, 21 Nov 97 09(comment):   55  :  06 -0600', '1997-11-21T15:55:06'],
    ['1 Jan 49 00:00 GMT', '2049-01-01T00:00:00'],
    ['1 Jan 50 00:00 UT', '1950-01-01T00:00:00'],
    ['1 Jan 103 00:00 UT', '2003-01-01T00:00:00'],
    ['Tue, 1 Jul 2003 10:52:37 EDT', '2003-07-01T14:52:37'],
    ['Tue, 1 Jul 2003 10:52:37 Z', '2003-07-01T10:52:37'],
    ['Tue, 1 Jul 2003 10:52:37', '2003-07-01T10:52:37'],
    ['Tue, 1 JULY 2003 10:52:37 +0200', '2003-07-01T08:52:37'],
    ['Tuesday 1 Jul 2003 10:52:37 +0200 (CEST)', '2003-07-01T08:52:37'],
    ['29 Feb 2024 23:59:60 +0000', '2024-03-01T00:00:00'],
  ]
  for (const [text, expected] of table) assert.equal(iso(text), expected, text)
  assert.deepEqual(parseDate('1 Jan 2026 00:30:00 +0100'), {
    year: 2026,
    month: 1,
    day: 1,
    at: Date.UTC(2025, 11, 31, 23, 30),
  })
})

test('MI-21 days that are not, years beyond reason and floods of digits are no date', () => {
  const refused = [
    'Mon, 30 Feb 2026 10:00:00 +0000',
    '29 Feb 2023 10:00:00 +0000',
    '1 Jan 99999 10:00:00 +0000',
    '0 Jan 2026 10:00:00 +0000',
    '32 Jan 2026 10:00:00 +0000',
    '1 Foo 2026 10:00:00 +0000',
    '1 Jan 2026 24:00:00 +0000',
    '1 Jan 2026 10:60:00 +0000',
    '1 Jan 2026',
    '1 Jan 2026 10',
    '1 Jan 2026 10.00.00',
    '2026-01-01T10:00:00Z',
    '',
    ',',
    '(',
    '(\\',
    ':::::::::',
    '1'.repeat(10_000_000),
    `1 Jan 2026 ${'1'.repeat(10_000_000)}:00:00`,
    '('.repeat(10_000_000),
  ]
  const begin = cpuTime()
  for (const text of refused) assert.equal(parseDate(text), undefined, text.slice(0, 40))
  assert.ok(cpuTime() - begin < 1000)
  // An offset that no place has counts as none.
  for (const zone of ['+9999', '-9999', '+2400', '+0060', '+01', 'toString', '__proto__', '+0000000']) {
    assert.equal(iso(`1 Jan 2026 10:00:00 ${zone}`), '2026-01-01T10:00:00', zone)
  }
})
