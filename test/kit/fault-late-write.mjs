// A planted fault: writes to files are answered at once and made some time later, so a kill loses them.
import fs from 'node:fs'
import { syncBuiltinESMExports } from 'node:module'

const delay = 150
const { write, writev, writeSync, writevSync, fstatSync } = fs

const isFile = fd => {
  try {
    return fstatSync(fd).isFile()
  } catch {
    return false
  }
}
const later = make =>
  setTimeout(() => {
    try {
      make()
    } catch {}
  }, delay)
const lengthOf = bytes => (typeof bytes === 'string' ? Buffer.byteLength(bytes) : bytes.byteLength)
const sum = list => list.reduce((all, bytes) => all + bytes.byteLength, 0)
const copy = bytes => (typeof bytes === 'string' ? bytes : Buffer.from(bytes))

fs.write = (fd, bytes, ...rest) => {
  const done = rest.pop()
  if (!isFile(fd)) return write(fd, bytes, ...rest, done)
  const kept = copy(bytes)
  later(() => writeSync(fd, kept, ...rest))
  process.nextTick(done, null, typeof rest[1] === 'number' ? rest[1] : lengthOf(bytes), bytes)
}
fs.writev = (fd, list, ...rest) => {
  const done = rest.pop()
  if (!isFile(fd)) return writev(fd, list, ...rest, done)
  const kept = list.map(copy)
  later(() => writevSync(fd, kept, ...rest))
  process.nextTick(done, null, sum(list), list)
}
fs.writeSync = (fd, bytes, ...rest) => {
  if (!isFile(fd)) return writeSync(fd, bytes, ...rest)
  const kept = copy(bytes)
  later(() => writeSync(fd, kept, ...rest))
  return typeof rest[1] === 'number' ? rest[1] : lengthOf(bytes)
}
fs.writevSync = (fd, list, ...rest) => {
  if (!isFile(fd)) return writevSync(fd, list, ...rest)
  const kept = list.map(copy)
  later(() => writevSync(fd, kept, ...rest))
  return sum(list)
}
syncBuiltinESMExports()
