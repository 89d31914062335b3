/** On SIGUSR2 the event loop stands still for three seconds. */
process.on('SIGUSR2', function plantedStall() {
  for (const until = Date.now() + 3_000; Date.now() < until; );
})
