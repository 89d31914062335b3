// A planted fault: a disk that says "flushed" and has done nothing.
import fs from 'node:fs'
import { syncBuiltinESMExports } from 'node:module'

fs.fdatasync = (_fd, done) => process.nextTick(done, null)
fs.fsync = (_fd, done) => process.nextTick(done, null)
fs.fdatasyncSync = () => {}
fs.fsyncSync = () => {}
const probe = await fs.promises.open('/dev/null')
const handle = Object.getPrototypeOf(probe)
handle.datasync = async () => {}
handle.sync = async () => {}
await probe.close()
syncBuiltinESMExports()
