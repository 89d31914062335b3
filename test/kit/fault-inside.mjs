/** A bug on demand: SIGUSR2 leaves a rejection that nobody looks at, SIGURG an exception that nobody catches. */
process.on('SIGUSR2', () => void Promise.reject(new Error('a planted rejection')))
process.on('SIGURG', () => {
  throw new Error('a planted exception')
})
