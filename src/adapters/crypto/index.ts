/**
 * Crypto: password hashes on a thread of their own, and the certificate that the doors show.
 * In: passwords, PEM files. Out: PHC strings, TLS contexts. Never: a password or a key in a message or a log.
 */
export { type CertificateFailure, type CertificateNeeds, type Certificates, openCertificates } from './certificates.ts'
export { type OpenPasswordHasher, openPasswordHasher } from './password-hasher.ts'
export { makeSelfSigned } from './self-signed.ts'
