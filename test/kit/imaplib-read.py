"""Reads a mailbox with Python's imaplib, and prints it as JSON on standard output.

  imaplib-read.py HOST PORT USER MAILBOX [tls|starttls] [structures]      the password comes on standard input

One object a message: uid, content (one character a byte), and with `structures` its envelope and bodystructure, parsed
strictly by RFC 3501 §9: anything else is an error that names the message.
"""
import imaplib, json, re, ssl, sys

host, port, user, mailbox, *wishes = sys.argv[1:]
context = ssl._create_unverified_context()
connection = imaplib.IMAP4_SSL(host, int(port), ssl_context=context) if 'tls' in wishes else imaplib.IMAP4(host, int(port))
if 'starttls' in wishes:
    connection.starttls(context)
connection.login(user, sys.stdin.readline().rstrip('\n'))


def good(answer):
    status, got = answer
    if status != 'OK':
        raise SystemExit('%s %r' % (status, got))
    return got


class Reader:
    """Values of a response that imaplib has cut into text and literals."""

    def __init__(self, pieces):
        self.pieces, self.piece, self.at = pieces, 0, 0

    def rest(self):
        return self.pieces[self.piece][self.at:]

    def take(self, pattern):
        found = re.compile(pattern, re.S).match(self.pieces[self.piece], self.at)
        if not found:
            raise ValueError('%r does not go on with %s' % (self.rest()[:60], pattern))
        self.at = found.end()
        return found

    def value(self):
        first = self.rest()[:1]
        if first == b'(':
            self.take(rb'\(')
            values = []
            while self.rest()[:1] != b')':
                # The parts of a multipart stand without a space between them.
                if values and self.rest()[:1] != b'(':
                    self.take(b' ')
                elif values and self.rest()[:1] == b' ':
                    self.take(b' ')
                values.append(self.value())
            self.take(rb'\)')
            return values
        if first == b'"':
            return re.sub(rb'\\(.)', rb'\1', self.take(rb'"((?:[^"\\\r\n\0\x80-\xff]|\\["\\])*)"')[1]).decode('latin1')
        if first == b'{':
            size = int(self.take(rb'\{(\d+)\}$')[1])
            literal = self.pieces[self.piece + 1]
            if len(literal) != size:
                raise ValueError('a literal of %d bytes where %d were promised' % (len(literal), size))
            self.piece, self.at = self.piece + 2, 0
            return literal.decode('latin1')
        atom = self.take(rb'[^ ()"{\\\0-\x1f\x7f-\xff]+')[0].decode('latin1')
        return None if atom.upper() == 'NIL' else atom


def fetched(pieces):
    reader = Reader(pieces)
    reader.take(rb'\d+ ')
    values = reader.value()
    if reader.rest() != b'' or reader.piece != len(reader.pieces) - 1:
        raise ValueError('more behind the end: %r' % reader.rest()[:60])
    return dict(zip((name.upper() for name in values[::2]), values[1::2]))


def check_envelope(envelope):
    assert isinstance(envelope, list) and len(envelope) == 10, 'ten fields'
    for addresses in envelope[2:8]:
        assert addresses is None or addresses, 'an empty list of addresses'
        for address in addresses or []:
            assert len(address) == 4 and all(part is None or isinstance(part, str) for part in address), address
    for field in envelope[:2] + envelope[8:]:
        assert field is None or isinstance(field, str), field


def check_body(body):
    assert isinstance(body, list) and body, 'a body is a list'
    if isinstance(body[0], list):
        parts = [part for part in body if isinstance(part, list)][:next(i for i, x in enumerate(body) if not isinstance(x, list))]
        for part in parts:
            check_body(part)
        assert isinstance(body[len(parts)], str), 'a subtype behind the parts'
        return
    kind, subtype = body[0].upper(), body[1].upper()
    assert isinstance(body[5], str), 'an encoding'
    assert body[6].isdigit(), 'a size'
    if kind == 'TEXT':
        assert body[7].isdigit(), 'lines'
    if (kind, subtype) == ('MESSAGE', 'RFC822') and isinstance(body[7], list):
        check_envelope(body[7])
        check_body(body[8])
        assert body[9].isdigit(), 'lines'


def grouped(answer):
    """imaplib gives tuples (text, literal) and texts: a text ends what literals have left open."""
    pieces = []
    for part in answer:
        pieces += part if isinstance(part, tuple) else [part]
        if len(pieces) % 2 == 1:
            yield pieces
            pieces = []


good(connection.select(mailbox, readonly=True))
messages = []
for number in good(connection.search(None, 'ALL'))[0].split():
    content = next(part for part in good(connection.fetch(number, '(UID BODY.PEEK[])')) if isinstance(part, tuple))
    message = {'uid': int(re.search(rb'UID (\d+)', content[0])[1]), 'content': content[1].decode('latin1')}
    messages.append(message)
if 'structures' in wishes and messages:
    answers = list(grouped(good(connection.fetch('1:*', '(UID ENVELOPE BODYSTRUCTURE)'))))
    assert len(answers) == len(messages), '%d answers for %d messages' % (len(answers), len(messages))
    for message, pieces in zip(messages, answers):
        try:
            found = fetched(pieces)
            check_envelope(found['ENVELOPE'])
            check_body(found['BODYSTRUCTURE'])
            assert int(found['UID']) == message['uid'], found['UID']
        except Exception as problem:
            raise SystemExit('message %d: %s: %s\n%r' % (message['uid'], type(problem).__name__, problem, pieces))
        message.update(envelope=found['ENVELOPE'], bodystructure=found['BODYSTRUCTURE'])
connection.logout()
json.dump(messages, sys.stdout)
