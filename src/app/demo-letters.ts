/** A few letters to look at on a first start: plain, accented, HTML with a picture, attachments, a forwarded letter. */
export interface DemoLetter {
  readonly sender: string
  readonly to: 'anna' | 'ben'
  readonly text: string
}

const lines = (...parts: readonly string[]): string => `${parts.join('\r\n')}\r\n`
const wrapped = (base64: string): string => base64.replace(/.{76}(?=.)/g, '$&\r\n')
const attachment = (bytes: string, encoding: 'latin1' | 'utf8' = 'utf8'): string =>
  wrapped(Buffer.from(bytes, encoding).toString('base64'))

/** A red dot of five by five points, the smallest picture that is still one. */
const dot =
  'iVBORw0KGgoAAAANSUhEUgAAAAUAAAAFCAYAAACNbyblAAAAHElEQVQI12P4//8/w38GIAXDIBKE0DHxgljNBAAO9TXL0Y4OHwAAAABJRU5ErkJggg=='

/** One page with one line on it. */
function smallPdf(line: string): string {
  const content = `BT /F1 24 Tf 72 720 Td (${line}) Tj ET`
  const objects = [
    '<< /Type /Catalog /Pages 2 0 R >>',
    '<< /Type /Pages /Kids [3 0 R] /Count 1 >>',
    '<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R /Resources << /Font << /F1 5 0 R >> >> >>',
    `<< /Length ${content.length} >>\nstream\n${content}\nendstream`,
    '<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>',
  ]
  let file = '%PDF-1.4\n'
  const places = objects.map((object, i) => {
    const at = file.length
    file += `${i + 1} 0 obj\n${object}\nendobj\n`
    return at
  })
  const start = file.length
  const table = places.map(at => `${String(at).padStart(10, '0')} 00000 n \n`).join('')
  return (
    `${file}xref\n0 ${objects.length + 1}\n0000000000 65535 f \n${table}` +
    `trailer\n<< /Size ${objects.length + 1} /Root 1 0 R >>\nstartxref\n${start}\n%%EOF\n`
  )
}

const header = (date: string, from: string, to: string, subject: string, id: string): readonly string[] => [
  `From: ${from}`,
  `To: ${to}`,
  `Subject: ${subject}`,
  `Date: ${date}`,
  `Message-ID: <${id}@example.test>`,
  'MIME-Version: 1.0',
]

const anna = 'Anna Berg <anna@example.test>'
const ben = 'Ben Okafor <ben@example.test>'

/** `date` is written into each letter: RFC 5322 §3.3. */
export const demoLetters = (date: string): readonly DemoLetter[] => [
  { sender: 'ben@example.test', to: 'anna', text: welcome(date) },
  { sender: 'ben@example.test', to: 'anna', text: lunch(date) },
  { sender: 'newsletter@garden.example', to: 'anna', text: newsletter(date) },
  { sender: 'anna@example.test', to: 'ben', text: report(date) },
  { sender: 'anna@example.test', to: 'ben', text: forwarded(date) },
]

const welcome = (date: string): string =>
  lines(
    ...header(date, ben, anna, 'Welcome to your mailbox', 'welcome'),
    'Content-Type: text/plain; charset=utf-8',
    '',
    'Hello Anna,',
    '',
    'this is a mailbox of your own server. Answer me, or write to anyone you like:',
    'in this demonstration nothing leaves the machine.',
    '',
    'Ben',
  )

const lunch = (date: string): string =>
  lines(
    ...header(date, ben, anna, '=?utf-8?Q?Mittagessen_im_Caf=C3=A9_M=C3=BCller=3F?=', 'lunch'),
    'Content-Type: text/plain; charset=utf-8',
    'Content-Transfer-Encoding: quoted-printable',
    '',
    'Liebe Anna,',
    '',
    'heute um zw=C3=B6lf im Caf=C3=A9 M=C3=BCller? Der Apfelkuchen soll gro=C3=9F=',
    'artig sein.',
    '',
    'Gr=C3=BC=C3=9Fe, Ben =F0=9F=A5=A7',
  )

const newsletter = (date: string): string =>
  lines(
    ...header(date, '"The Garden Letter" <newsletter@garden.example>', anna, 'What to sow in November', 'garden'),
    'List-Id: The Garden Letter <letter.garden.example>',
    'Content-Type: multipart/alternative; boundary="either"',
    '',
    '--either',
    'Content-Type: text/plain; charset=utf-8',
    '',
    'Broad beans, garlic, and patience.',
    '--either',
    'Content-Type: multipart/related; boundary="together"',
    '',
    '--together',
    'Content-Type: text/html; charset=utf-8',
    '',
    '<html><body><h1>November</h1><p>Broad beans, garlic, and <em>patience</em>. <img src="cid:dot@garden.example" alt="a red dot"></p></body></html>',
    '--together',
    'Content-Type: image/png; name="dot.png"',
    'Content-Transfer-Encoding: base64',
    'Content-ID: <dot@garden.example>',
    'Content-Disposition: inline; filename="dot.png"',
    '',
    wrapped(dot),
    '--together--',
    '--either--',
  )

const report = (date: string): string =>
  lines(
    ...header(date, anna, ben, 'The quarterly figures', 'figures'),
    'Content-Type: multipart/mixed; boundary="parts"',
    '',
    '--parts',
    'Content-Type: text/plain; charset=utf-8',
    '',
    'Ben, the report and the table behind it are attached.',
    '--parts',
    'Content-Type: application/pdf; name="report.pdf"',
    'Content-Transfer-Encoding: base64',
    'Content-Disposition: attachment; filename="report.pdf"',
    '',
    attachment(smallPdf('Quarterly figures: better than feared.'), 'latin1'),
    '--parts',
    'Content-Type: text/csv; charset=utf-8',
    'Content-Transfer-Encoding: base64',
    "Content-Disposition: attachment; filename*=utf-8''Umsatz%20K%C3%B6ln.csv",
    '',
    attachment('Monat;Umsatz\r\nJuli;1200\r\nAugust;980\r\nSeptember;1410\r\n'),
    '--parts--',
  )

const forwarded = (date: string): string =>
  lines(
    ...header(date, anna, ben, 'Fwd: What to sow in November', 'forwarded'),
    'Content-Type: multipart/mixed; boundary="outer"',
    '',
    '--outer',
    'Content-Type: text/plain; charset=utf-8',
    '',
    'For your balcony!',
    '--outer',
    'Content-Type: message/rfc822',
    'Content-Disposition: attachment',
    '',
    newsletter(date).trimEnd(),
    '--outer--',
  )
