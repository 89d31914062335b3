import assert from 'node:assert/strict'
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { writeReference } from './reference.ts'
import { indexRfcs } from './rfc-index.ts'

const table = '# head\n5321\tSMTP\tyes\n9051\tIMAP4rev2\tpartly\n'

test('RFC index: sections lead to files', () => {
  const { page, breaches } = indexRfcs(
    [
      {
        path: 'src/a.ts',
        text: '/** CREATE, RFC 9051 §6.3.4, §6.3.5. */\n// RFC 5321 §4.1.1.4\nconst url = "http://x" // RFC 9051',
      },
      { path: 'src/b.ts', text: '/** RFC 9051 §6.3.4 */\nconst notCited = "RFC 1234"' },
    ],
    table,
  )
  assert.deepEqual(breaches, [])
  assert.match(page, /RFC 5321: SMTP \(yes\)\n\n- §4\.1\.1\.4: \[a\.ts\]/)
  assert.match(page, /- as a whole: \[a\.ts\].*\n- §6\.3\.4: \[a\.ts\].*\[b\.ts\].*\n- §6\.3\.5: \[a\.ts\]/)
  assert.ok(page.indexOf('RFC 5321') < page.indexOf('RFC 9051'))
})

test('RFC index: an RFC that the status table does not know is found', () => {
  const { breaches } = indexRfcs([{ path: 'src/a.ts', text: '// RFC 7777 §1' }], table)
  assert.deepEqual(breaches, ['src/a.ts: RFC 7777 is not in docs/rfc-status.tsv'])
})

test('RFC index: a malformed line of the status table is found', () => {
  assert.equal(indexRfcs([], '5321\tSMTP\tperhaps\n').breaches.length, 1)
  assert.equal(indexRfcs([], '5321 SMTP yes\n').breaches.length, 1)
})

test('generated pages: a stale page is written anew, and is a breach where nothing may be left to commit', async () => {
  const root = mkdtempSync(join(tmpdir(), 'hauspost-reference-'))
  try {
    mkdirSync(join(root, 'docs/reference'), { recursive: true })
    writeFileSync(join(root, 'docs/rfc-status.tsv'), table)
    writeFileSync(join(root, 'docs/reference/rfc.md'), 'changed by hand')
    assert.match((await writeReference(root, [], true)).join(), /rfc\.md was stale/)
    assert.match(readFileSync(join(root, 'docs/reference/rfc.md'), 'utf8'), /Generated/)
    assert.deepEqual(await writeReference(root, [], true), [])
  } finally {
    rmSync(root, { recursive: true, force: true })
  }
})
