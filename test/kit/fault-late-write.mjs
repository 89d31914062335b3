// A planted fault: what is written behind a segment's header is answered at once and made some time later.
import fs from 'node:fs'

const delay = 150
const probe = await fs.promises.open('/dev/null')
const handle = Object.getPrototypeOf(probe)
await probe.close()

const writeNow = handle.writev
handle.writev = async function (parts, position) {
  // A segment's own header is 64 bytes at its start.
  if (!position) return writeNow.call(this, parts, position)
  const kept = parts.map(part => Buffer.from(part))
  setTimeout(() => writeNow.call(this, kept, position).catch(() => {}), delay)
  return { bytesWritten: kept.reduce((sum, part) => sum + part.length, 0), buffers: parts }
}
