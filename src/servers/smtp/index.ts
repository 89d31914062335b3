/**
 * The doors of SMTP: MX (25), submission (465, 587) and LMTP, which is SMTP with another hello and an answer for each
 * recipient (RFC 2033), so it lives here and not next door.
 * In: connections, and the ports that judge, keep and log in. Out: letters handed to the intake, and replies.
 * Never: a `250` before the intake has answered, a content kept after its transaction has gone.
 */
export { type LmtpDoorOptions, type SmtpDoor, type SmtpDoorOptions, serveLmtp, serveSmtp } from './serve.ts'
export { defaultSmtpSettings, type SmtpSettings } from './settings.ts'
