import type { Row, Sample } from './row.ts'

export type Spread = { readonly min: number; readonly median: number; readonly max: number }

export function spread(values: readonly number[]): Spread {
  const sorted = [...values].sort((a, b) => a - b)
  const at = (index: number): number => sorted[index] ?? Number.NaN
  const middle = (sorted.length - 1) / 2
  return { min: at(0), median: (at(Math.floor(middle)) + at(Math.ceil(middle))) / 2, max: at(sorted.length - 1) }
}

export type Summary = {
  readonly row: string
  readonly target: string
  readonly unit: '/s' | 'ms'
  readonly value: Spread
  readonly serverCpuEach: Spread
  readonly clientCpuEach: Spread
  readonly extra: Readonly<Record<string, Spread>>
}

export function summarise(row: Row, target: string, samples: readonly Sample[]): Summary {
  const isRate = row.shows === 'rate'
  const each = (pick: (sample: Sample) => number): Spread =>
    spread(samples.map(sample => pick(sample) / (isRate || row.shows === 'extra' ? sample.units : 1)))
  const names = Object.keys(samples[0]?.extra ?? {})
  return {
    row: row.name,
    target,
    unit: isRate ? '/s' : 'ms',
    value: spread(samples.map(sample => (isRate ? (sample.units * 1000) / sample.milliseconds : sample.milliseconds))),
    serverCpuEach: each(sample => sample.serverCpu),
    clientCpuEach: each(sample => sample.clientCpu),
    extra: Object.fromEntries(
      names.map(name => [name, spread(samples.map(sample => sample.extra?.[name] ?? Number.NaN))]),
    ),
  }
}

const short = (value: number): string =>
  Number.isNaN(value)
    ? '-'
    : Math.abs(value) >= 100
      ? value.toFixed(0)
      : Math.abs(value) >= 10
        ? value.toFixed(1)
        : value.toFixed(2)
const spreadText = ({ min, median, max }: Spread): string =>
  min === max || Number.isNaN(median) ? short(median) : `${short(median)} (${short(min)}-${short(max)})`

/** One line of the table: median and both ends, CPU, its own figures. */
export function lineOf(summary: Summary): string {
  const extra = Object.entries(summary.extra).map(([name, value]) => `${name} ${spreadText(value)}`)
  const cpu = `${spreadText(summary.serverCpuEach)} ms CPU`
  const client = Number.isNaN(summary.clientCpuEach.median) ? [] : [`client ${short(summary.clientCpuEach.median)} ms`]
  return [`  ${summary.target.padEnd(16)} ${spreadText(summary.value)} ${summary.unit}`, cpu, ...client, ...extra].join(
    '; ',
  )
}

/** How often ours is better than the peer: above 1 is better, for rates and for times. */
export function ratioLine(ours: Summary, peer: Summary): string {
  const faster = ours.unit === '/s' ? ours.value.median / peer.value.median : peer.value.median / ours.value.median
  const cheaper = peer.serverCpuEach.median / ours.serverCpuEach.median
  const own = ours.extra.bytesEach
  const other = peer.extra.bytesEach
  const memory = own && other ? `, ${short(other.median / own.median)} times less memory` : ''
  return `  ${ours.target} against ${peer.target}: ${short(faster)} times as fast, ${short(cheaper)} times less CPU${memory}`
}
