import { asciiLower } from '#base/bytes'
import { lowerDomain } from './domain.ts'

/** A domain as DNS has it: U-labels as A-labels, RFC 5891 §4.4; undefined for what no label can be. */
export function asciiDomain(domain: string): string | undefined {
  if (isAscii(domain)) return asciiLower(domain)
  const labels: string[] = []
  for (const label of lowerDomain(domain).split('.')) {
    if (isAscii(label)) labels.push(label)
    else {
      const encoded = punycode(label)
      if (encoded === undefined || encoded.length + 4 > 63) return undefined
      labels.push(`xn--${encoded}`)
    }
  }
  return labels.join('.')
}

function isAscii(text: string): boolean {
  for (let i = 0; i < text.length; i++) if (text.charCodeAt(i) > 127) return false
  return true
}

/** RFC 3492 §5. */
const [base, tmin, tmax, skew, damp, initialBias, initialN] = [36, 1, 26, 38, 700, 72, 128]

/** RFC 3492 §6.1. */
function adapted(delta: number, points: number, first: boolean): number {
  let rest = first ? Math.floor(delta / damp) : delta >> 1
  rest += Math.floor(rest / points)
  let k = 0
  for (; rest > ((base - tmin) * tmax) >> 1; k += base) rest = Math.floor(rest / (base - tmin))
  return k + Math.floor(((base - tmin + 1) * rest) / (rest + skew))
}

const digit = (value: number): string => String.fromCharCode(value < 26 ? 97 + value : 22 + value)

/** Bootstring encoding, RFC 3492 §6.3. A label is short, so nothing here overflows. */
function punycode(label: string): string | undefined {
  if (label.length > 63) return undefined
  const points = [...label].map(each => each.codePointAt(0) as number)
  const basic = points.filter(point => point < 128)
  let out = basic.length > 0 ? `${String.fromCharCode(...basic)}-` : ''
  let [n, delta, bias, handled] = [initialN, 0, initialBias, basic.length]
  while (handled < points.length) {
    const next = Math.min(...points.filter(point => point >= n))
    delta += (next - n) * (handled + 1)
    n = next
    for (const point of points) {
      if (point < n) delta++
      if (point !== n) continue
      let q = delta
      for (let k = base; ; k += base) {
        const t = Math.min(Math.max(k - bias, tmin), tmax)
        if (q < t) break
        out += digit(t + ((q - t) % (base - t)))
        q = Math.floor((q - t) / (base - t))
      }
      out += digit(q)
      bias = adapted(delta, handled + 1, handled === basic.length)
      delta = 0
      handled++
    }
    delta++
    n++
  }
  return out
}
