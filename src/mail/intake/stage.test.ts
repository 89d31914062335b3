import assert from 'node:assert/strict'
import { test } from 'node:test'
import { latin1 } from '#base/bytes'
import type { ArrivingMail } from './arriving-mail.ts'
import { countReceived, limitSize, refuseLoops, walk } from './stage.ts'

const mail = (head: string, size = head.length): ArrivingMail =>
  ({ draft: { head: latin1(head), size } }) as unknown as ArrivingMail
const hops = (n: number, name = 'Received'): string => `${name}: from a\r\n\tby b;\r\n date\r\n`.repeat(n)

test('Received lines are counted in the header, folded or not, in any case', () => {
  assert.equal(
    countReceived(latin1(`Subject: x\r\n${hops(3)}${hops(2, 'RECEIVED')}X-Received: y\r\n\r\n${hops(9)}`)),
    5,
  )
  assert.equal(countReceived(latin1('')), 0)
  assert.equal(countReceived(latin1('Received:')), 1)
  assert.equal(countReceived(latin1('Rece')), 0)
  assert.equal(countReceived(latin1('\r\nReceived: body')), 0)
})

test('SM-28 a letter that has seen 51 servers is a loop, one with 50 is not', async () => {
  const stage = refuseLoops(50)
  assert.equal((await walk([stage], mail(hops(50)))).judge, 'pass')
  const verdict = await walk([stage], mail(hops(51)))
  assert.ok(verdict.judge === 'refuse' && verdict.code === 554 && verdict.enhanced === '5.4.6')
  assert.equal((await walk([stage], mail(hops(101)))).judge, 'refuse')
})

test('the size limit is that of the moment, and 0 is none', async () => {
  let limit = 10
  const stage = limitSize(() => limit)
  assert.equal((await walk([stage], mail('', 10))).judge, 'pass')
  assert.equal((await walk([stage], mail('', 11))).judge, 'refuse')
  limit = 0
  assert.equal((await walk([stage], mail('', 1e12))).judge, 'pass')
})
